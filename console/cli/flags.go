package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"lunarium/runtime/files"
	"lunarium/runtime/visible"
)

const usage = `usage:
  lunarium [flags] [SERVICE [ARG...]]    start a node; SERVICE is a name on the search path or a file
  lunarium replay [-update] FILE...      run recorded sessions; a difference exits 1
  lunarium lua [OPTIONS] [FILE [ARG...]] plain Lua on the same machine, no services, with
                                         lua's own options; a prompt on a terminal without FILE
  lunarium attach [HOST:PORT]            the line editor for a remote console
  lunarium version | help

flags:
  --path DIR          where services and modules are looked for (repeatable)
  --config FILE       a skynet config file
  --data DIR          where databases and saved state are kept (data)
  --console ADDR      listen for telnet and nc sessions, e.g. 127.0.0.1:8000
  --web ADDR          serve the node's own page and /metrics, e.g. 127.0.0.1:8080
  --console-password-file FILE   the password that remote sessions and the page ask for
  --no-shell          no console on stdin
  --clock real|virtual
  --epoch TIME        the virtual clock's first instant, such as 2026-01-01T00:00:00Z
  --zone NAME         the virtual clock's time zone, such as Europe/Berlin (UTC)
  --seed N            what math.random and the order of pairs follow from; a recording has it
  --threads N         worker threads
  --mailbox-limit N   messages from which on a mailbox is full and its senders wait
  --memlimit SIZE     the memory that each service may hold, e.g. 64MB or 1GB
  --files N           how many files, sockets and pipes each service may have open (ulimit -n / 4); 0: any number
  --strict-exit       skynet.exit in a start function always ends the service
  --record FILE       write this session as a replayable transcript
  --color auto|always|never
  --json              machine-readable replies
  --log FILE          where log lines go (stderr)
  --log-level LEVEL   debug, info, warn or error: what the program says of itself
`

// nodeFlags are the command line of a node.
type nodeFlags struct {
	paths        []string
	config       string
	data         string // "": the config file's, or defaultData
	console      string
	web          string
	passwordFile string
	noShell      bool
	clock        string
	epoch        time.Time
	zone         *time.Location // of the virtual clock; nil: as the epoch says
	seed         seed
	threads      int
	mailboxLimit int
	memLimit     int // bytes; 0: none
	files        int // 0: any number; -1: not given
	strictExit   bool
	record       string
	color        string
	json         bool
	log          string
	logLevel     slog.Level
	service      string
	args         []string
}

// errUsage reports a command line that makes no sense.
var errUsage = errors.New("bad usage")

func parseFlags(args []string) (*nodeFlags, error) {
	f := &nodeFlags{clock: "real", epoch: virtualEpoch, color: "auto", files: -1}
	set := flag.NewFlagSet("lunarium", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Func("path", "", func(s string) error { f.paths = append(f.paths, s); return nil })
	set.StringVar(&f.config, "config", "", "")
	set.StringVar(&f.data, "data", "", "")
	set.StringVar(&f.console, "console", "", "")
	set.StringVar(&f.web, "web", "", "")
	set.StringVar(&f.passwordFile, "console-password-file", "", "")
	set.BoolVar(&f.noShell, "no-shell", false, "")
	set.Func("clock", "", oneOf(&f.clock, "real", "virtual"))
	set.TextVar(&f.epoch, "epoch", virtualEpoch, "")
	set.Func("zone", "", func(s string) (err error) { f.zone, err = time.LoadLocation(s); return err })
	set.Var(&f.seed, "seed", "")
	set.IntVar(&f.threads, "threads", 0, "")
	set.IntVar(&f.mailboxLimit, "mailbox-limit", 0, "")
	set.Func("memlimit", "", func(s string) (err error) { f.memLimit, err = parseSize(s); return err })
	set.Func("files", "", f.setFiles)
	set.BoolVar(&f.strictExit, "strict-exit", false, "")
	set.StringVar(&f.record, "record", "", "")
	set.Func("color", "", oneOf(&f.color, "auto", "always", "never"))
	set.BoolVar(&f.json, "json", false, "")
	set.StringVar(&f.log, "log", "", "")
	set.TextVar(&f.logLevel, "log-level", slog.LevelInfo, "")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %s", errUsage, strings.ReplaceAll(err.Error(), " -", " --"))
	}
	if set.NArg() > 0 {
		f.service, f.args = set.Arg(0), set.Args()[1:]
	}
	return f, nil
}

// seed is a node's seed; a node with the real clock takes one at random when
// none was given.
type seed struct {
	number uint32
	given  bool
}

// String gives the number.
func (s *seed) String() string { return strconv.FormatUint(uint64(s.number), 10) }

// Set is for package flag.
func (s *seed) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return errors.New("want a number from 0 to 4294967295")
	}
	*s = seed{uint32(n), true}
	return nil
}

// sizeUnits are what a size may end with; the longer ones come first.
var sizeUnits = []struct {
	name  string
	shift int
}{{"kb", 10}, {"mb", 20}, {"gb", 30}, {"k", 10}, {"m", 20}, {"g", 30}, {"b", 0}, {"", 0}}

// parseSize reads a size in bytes, like 64MB, 1.5GB or 100000.
func parseSize(s string) (int, error) {
	for _, unit := range sizeUnits {
		digits, ok := strings.CutSuffix(strings.ToLower(s), unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(digits, 64)
		if bytes := n * float64(int(1)<<unit.shift); err == nil && bytes >= 1 && bytes <= 1<<50 {
			return int(bytes), nil
		}
		break
	}
	return 0, fmt.Errorf("%s is no size; write it like 64MB", visible.Quote(s))
}

// setFiles reads how many files a service may have open.
func (f *nodeFlags) setFiles(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return errors.New("want a number; 0 is no limit")
	}
	f.files = n
	return nil
}

// virtualFiles is how many files a service may have open with the virtual clock: the
// same on every machine.
const virtualFiles = 256

// openFiles gives how many files each service may have open, and all of them.
func (f *nodeFlags) openFiles() (each, all int) {
	each, all = files.Shares(files.Process())
	switch {
	case f.files >= 0:
		each = f.files
	case f.clock == "virtual":
		each = virtualFiles
	}
	return each, all
}

// oneOf gives the setter of a flag with a few allowed values.
func oneOf(to *string, allowed ...string) func(string) error {
	return func(s string) error {
		for _, a := range allowed {
			if a == s {
				*to = s
				return nil
			}
		}
		return fmt.Errorf("want %s", strings.Join(allowed, " or "))
	}
}

// recorded gives the flags that a recorded session begins with: those that
// decide what the node does. The clock is always the virtual one.
func (f *nodeFlags) recorded() []string {
	var words []string
	if f.clock == "virtual" && !f.epoch.Equal(virtualEpoch) {
		words = append(words, "--epoch", f.epoch.Format(time.RFC3339Nano))
	}
	zone := ""
	switch {
	case f.clock == "real":
		zone = localZone()
	case f.zone != nil:
		zone = f.zone.String()
	}
	if zone != "" {
		words = append(words, "--zone", zone)
	}
	if f.seed.number != 0 {
		words = append(words, "--seed", f.seed.String())
	}
	for _, dir := range f.paths {
		words = append(words, "--path", dir)
	}
	if f.config != "" {
		words = append(words, "--config", f.config)
	}
	if f.mailboxLimit > 0 {
		words = append(words, "--mailbox-limit", strconv.Itoa(f.mailboxLimit))
	}
	if f.memLimit > 0 {
		words = append(words, "--memlimit", strconv.Itoa(f.memLimit))
	}
	if f.files >= 0 {
		words = append(words, "--files", strconv.Itoa(f.files))
	}
	if f.strictExit {
		words = append(words, "--strict-exit")
	}
	if f.json {
		words = append(words, "--json")
	}
	if f.service != "" {
		words = append(append(words, f.service), f.args...)
	}
	return words
}
