package source

import (
	"crypto/sha256"
	"slices"
	"strings"
	"sync"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
	"lunarium/runtime/files"
	"lunarium/runtime/vm"
)

// This file is the store of compiled code.

// Store finds and compiles the code of services. It keeps compiled code by what it was
// compiled from, so that it is never stale. A file is read each time, unless its stamp
// proves that it is the one that was read before. It is safe for concurrent use.
type Store struct {
	loader *vm.Loader
	path   searchPath

	mu    sync.Mutex
	code  map[codeKey]*vm.Code
	files map[fileKey]fileCode
	// contents are the keys of code that came from files, by chunk name, the latest
	// last.
	contents map[string][]codeKey
	// loaded are the bytes of source that came from load and not from services' files.
	loaded int
}

type fileKey struct{ path, name string }

type fileCode struct {
	stamp stamp
	code  *vm.Code
}

// keepContents is how many contents of a file are kept: reloads make new ones
// without end.
const keepContents = 4

// maxLoaded bounds the source of what load compiled: services make texts without
// end.
const maxLoaded = 4 << 20

type codeKey struct {
	chunk string
	sum   [sha256.Size]byte
	owned bool // see CompileOwned
}

// NewStore makes a store of code for a loader's states. patterns are where Find looks.
func NewStore(loader *vm.Loader, patterns []string) *Store {
	return &Store{loader: loader, path: patterns}
}

// Find gives the file of a service: for a name with a slash or ".lua" the file
// of that name, else the first on the search path. The error is a *NotFoundError.
func (s *Store) Find(name string) (File, error) { return s.path.find(name) }

// CompileFile compiles a file as it is now. Its chunk name is "@" and the path.
func (s *Store) CompileFile(path string) (*vm.Code, error) {
	return s.CompileFileAs(path, path)
}

// CompileFileAs is CompileFile under another name than the path.
func (s *Store) CompileFileAs(path, name string) (*vm.Code, error) {
	info, _ := statFile(path)
	return s.CompileFound(File{path, info}, name)
}

// CompileFound compiles a file that Find has just found, under a name.
func (s *Store) CompileFound(file File, name string) (*vm.Code, error) {
	info, key := file.info, fileKey{file.Path, name}
	if info.settled {
		s.mu.Lock()
		known := s.files[key]
		s.mu.Unlock()
		if known.code != nil && known.stamp == info.stamp {
			return known.code, nil
		}
	}
	content, err := files.ReadRegular(file.Path)
	if err != nil {
		return nil, err
	}
	code, err := s.cached(input{"@" + name, content, fromFile}, func() (*bytecode.Proto, error) { return compile.File(name, content) })
	if err == nil && info.settled {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.files == nil {
			s.files = map[fileKey]fileCode{}
		}
		s.files[key] = fileCode{info.stamp, code}
	}
	return code, err
}

// CompileContent compiles a text as if it were the content of a file.
func (s *Store) CompileContent(path string, content []byte) (*vm.Code, error) {
	return s.cached(input{"@" + path, content, fromFile}, func() (*bytecode.Proto, error) { return compile.File(path, content) })
}

// Compile compiles a chunk; its name is as load's ("@file.lua", "=name", or the
// source itself).
func (s *Store) Compile(chunkName string, text []byte) (*vm.Code, error) {
	return s.cached(input{chunkName, text, fromNode}, func() (*bytecode.Proto, error) { return compile.Chunk(chunkName, text, nil) })
}

// CompileOwned is Compile for a service's own code, that it got from load or from a
// file of its choice: it counts as the service's memory. It is given up when stop,
// which is asked now and then, says so.
func (s *Store) CompileOwned(chunkName string, text []byte, stop func() bool) (*vm.Code, error) {
	return s.cached(input{chunkName, text, fromService}, func() (*bytecode.Proto, error) { return compile.Chunk(chunkName, text, stop) })
}

// input is what code is compiled from.
type input struct {
	chunk string
	text  []byte
	from  origin
}

// origin is who has something compiled.
type origin uint8

const (
	fromFile    origin = iota // a service's file
	fromNode                  // the node, for what it does with a service
	fromService               // Lua code
)

func (s *Store) cached(in input, compile func() (*bytecode.Proto, error)) (*vm.Code, error) {
	key := codeKey{in.chunk, sha256.Sum256(in.text), in.from == fromService}
	s.mu.Lock()
	code := s.code[key]
	s.mu.Unlock()
	if code != nil {
		return code, nil
	}
	proto, err := compile()
	if err != nil {
		return nil, err
	}
	if in.from == fromService {
		code = s.loader.LoadOwned(proto)
	} else {
		code = s.loader.Load(proto)
	}
	if strings.HasPrefix(in.chunk, "@") {
		code.KeepText(string(in.text))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.code == nil {
		s.code = map[codeKey]*vm.Code{}
	}
	if in.from == fromFile {
		s.forgetOld(key)
	} else if s.loaded += len(in.text); s.loaded > maxLoaded {
		s.forgetLoaded()
		s.loaded = len(in.text)
	}
	s.code[key] = code
	return code, nil
}

// forgetOld makes way for a new content of a file.
func (s *Store) forgetOld(latest codeKey) {
	if s.contents == nil {
		s.contents = map[string][]codeKey{}
	}
	keys := append(s.contents[latest.chunk], latest)
	if len(keys) > keepContents {
		delete(s.code, keys[0])
		keys = slices.Delete(keys, 0, 1)
	}
	s.contents[latest.chunk] = keys
}

func (s *Store) forgetLoaded() {
	for key := range s.code {
		if !slices.Contains(s.contents[key.chunk], key) {
			delete(s.code, key)
		}
	}
}

// Clear forgets compiled code and gives how many chunks that were. Running
// code is not touched.
func (s *Store) Clear() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := len(s.code)
	s.code, s.files, s.contents = nil, nil, nil
	return count
}
