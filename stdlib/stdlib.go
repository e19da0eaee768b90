package stdlib

import (
	"io"
	"time"

	"lunarium/runtime/vm"
)

// Host is what the libraries of a state may use of the world outside it. All
// functions must be set; they are called on the goroutine that runs the state.
type Host struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer // each print or io.write is one Write

	Now    func() time.Time            // os.time, os.date; wall or virtual
	CPU    func() time.Duration        // os.clock
	Exit   func(code int)              // os.exit; may return, the caller's error then ends the code
	Getenv func(string) (string, bool) // os.getenv
	Seed   int64                       // math.random until math.randomseed

	// Compile makes code of source text or of a precompiled chunk. chunkName
	// is as load's ("=stdin", "@file.lua", or the source itself). The error's
	// text is what load returns.
	Compile func(chunkName string, source []byte) (*vm.Code, error)
	// ReadFile reads what loadfile, dofile and require load.
	ReadFile func(path string) ([]byte, error)

	ModulePath string     // package.path
	Searchers  []Searcher // asked by require after package.preload, before the path
}

// Searcher finds modules that are not files. It gives nil when it has none of
// that name. The function gets the module's name and ":go:" as arguments and
// returns the module.
type Searcher func(name string) func(*vm.Thread) int

// Open puts every library into a state.
func Open(s *vm.State, host *Host) {
	openBase(s, host)
	openPackage(s, host)
	openCoroutine(s)
	openTable(s)
	openString(s)
	openUTF8(s)
	openMath(s, host)
	openBit32(s)
	openOS(s, host)
	openIO(s, host)
	openDebug(s, host)
	openLFS(s)
}
