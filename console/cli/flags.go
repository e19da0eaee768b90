package cli

import (
	"encoding"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"lunarium/console/command"
	"lunarium/console/usage"
	"lunarium/runtime/files"
	"lunarium/runtime/service"
)

// This file holds the flags of a node.

// nodeFlags are the command line of a node.
type nodeFlags struct {
	paths        []string
	config       string
	data         string // "": the config file's, or defaultData
	console      string
	web          string
	dap          string
	passwordFile string
	users        string
	audit        string
	secretKeys   *string // nil: not given
	cert, key    string
	ssh          string
	sshHostKey   string // "": in data
	noShell      bool
	clock        string
	epoch        time.Time
	zone         *time.Location // of the virtual clock; nil: as the epoch says
	seed         seed
	shuffle      uint64 // the seed of the order in which services run; 0: in turn
	threads      int
	mailboxLimit int
	memLimit     int    // bytes; 0: none
	files        int    // 0: any number; -1: not given
	recorder     int    // messages that each service keeps; 0: none
	otlp         string // where spans go; "": nowhere
	traced       int    // one of so many messages from outside is traced; 0: none
	tracingSaid  bool
	strictExit   bool
	record       string
	color        string
	json         bool
	log          string
	logLevel     slog.Level
	version      bool
	service      string
	args         []string
}

// errUsage reports a command line that makes no sense.
var errUsage = errors.New("bad usage")

// nodeFlag is one flag of a node: what people are told of it, and where it goes.
type nodeFlag struct {
	usage.Flag
	to func(*nodeFlags) any // a pointer or a function, as declare takes it
}

// nodeTable has all flags of a node, in the order in which help shows them.
var nodeTable = []nodeFlag{
	{usage.Flag{Name: "--path", Value: folderValue, Help: "where services and modules are looked for", Repeated: true},
		func(f *nodeFlags) any { return func(s string) error { f.paths = append(f.paths, s); return nil } }},
	{usage.Flag{Name: "--config", Value: fileValue, Help: "a skynet config file"},
		func(f *nodeFlags) any { return &f.config }},
	{usage.Flag{Name: "--data", Value: folderValue, Help: "where databases and saved state are kept (data)"},
		func(f *nodeFlags) any { return &f.data }},
	{usage.Flag{Name: "--console", Value: usage.Named("ADDR"), Help: "listen for telnet and nc sessions, e.g. 127.0.0.1:8000"},
		func(f *nodeFlags) any { return &f.console }},
	{usage.Flag{Name: "--web", Value: usage.Named("ADDR"), Help: "serve the node's own page and /metrics, e.g. 127.0.0.1:8080"},
		func(f *nodeFlags) any { return &f.web }},
	{usage.Flag{Name: "--dap", Value: usage.Named("ADDR"), Help: "let editors debug by the Debug Adapter Protocol, e.g. 127.0.0.1:4711"},
		func(f *nodeFlags) any { return &f.dap }},
	{usage.Flag{Name: "--ssh", Value: usage.Named("ADDR"), Help: "listen for console sessions over SSH, e.g. 127.0.0.1:8022"},
		func(f *nodeFlags) any { return &f.ssh }},
	{usage.Flag{Name: "--ssh-host-key", Value: fileValue, Help: "what shows SSH clients which node it is; made when it is missing (ssh_host_key in --data)"},
		func(f *nodeFlags) any { return &f.sshHostKey }},
	{usage.Flag{Name: "--console-password-file", Value: fileValue, Help: "the password that remote sessions, the page and editors are asked for"},
		func(f *nodeFlags) any { return &f.passwordFile }},
	{usage.Flag{Name: "--users", Value: fileValue, Help: "who may come in and do what, in place of a password: lines that lunarium passwd makes"},
		func(f *nodeFlags) any { return &f.users }},
	{usage.Flag{Name: "--audit", Value: fileValue, Help: "where each change is noted, with who made it; what can't be noted is not done"},
		func(f *nodeFlags) any { return &f.audit }},
	{usage.Flag{Name: "--secret-keys", Value: usage.Named("NAMES"), Help: "names such as 'default,*_pin' whose values observers and the audit log do not see; default stands for the usual ones, '' for none"},
		func(f *nodeFlags) any { return func(s string) error { f.secretKeys = &s; return nil } }},
	{usage.Flag{Name: "--console-cert", Value: fileValue, Help: "remote sessions and the page speak TLS with this certificate (PEM)"},
		func(f *nodeFlags) any { return &f.cert }},
	{usage.Flag{Name: "--console-key", Value: fileValue, Help: "the certificate's key"},
		func(f *nodeFlags) any { return &f.key }},
	{usage.Flag{Name: "--no-shell", Help: "no console on stdin"},
		func(f *nodeFlags) any { return &f.noShell }},
	{usage.Flag{Name: "--clock", Value: choice("real", "virtual"), Help: "the machine's clock, or one that moves when told (real)"},
		func(f *nodeFlags) any { return oneOf(&f.clock, "real", "virtual") }},
	{usage.Flag{Name: "--epoch", Value: usage.Named("TIME"), Help: "the virtual clock's first instant, such as 2026-01-01T00:00:00Z"},
		func(f *nodeFlags) any { return &f.epoch }},
	{usage.Flag{Name: "--zone", Value: usage.Named("NAME"), Help: "the virtual clock's time zone, such as Europe/Berlin (UTC)"},
		func(f *nodeFlags) any {
			return func(s string) (err error) { f.zone, err = time.LoadLocation(s); return err }
		}},
	{usage.Flag{Name: "--seed", Value: usage.Named("N"), Help: "what math.random and the order of pairs follow from; a recording has it"},
		func(f *nodeFlags) any { return &f.seed }},
	{usage.Flag{Name: "--shuffle", Value: usage.Named("SEED"), Help: "with the virtual clock: the order in which services run is one that chance gives for SEED"},
		func(f *nodeFlags) any { return &f.shuffle }},
	{usage.Flag{Name: "--threads", Value: usage.Named("N"), Help: "worker threads"},
		func(f *nodeFlags) any { return &f.threads }},
	{usage.Flag{Name: "--mailbox-limit", Value: usage.Named("N"), Help: "messages from which on a mailbox is full and its senders wait"},
		func(f *nodeFlags) any { return &f.mailboxLimit }},
	{usage.Flag{Name: "--memlimit", Value: usage.Named("SIZE"), Help: "the memory that each service may hold, e.g. 64MB or 1GB"},
		func(f *nodeFlags) any {
			return func(s string) (err error) { f.memLimit, err = usage.ParseSize(s); return err }
		}},
	{usage.Flag{Name: "--files", Value: usage.Named("N"), Help: "how many files, sockets and pipes each service may have open (ulimit -n / 4); 0: any number"},
		func(f *nodeFlags) any { return f.setFiles }},
	{usage.Flag{Name: "--recorder", Value: usage.Named("N"), Help: "how many of its latest messages each service keeps for the command messages (16); off: none"},
		func(f *nodeFlags) any { return f.setRecorder }},
	{usage.Flag{Name: "--tracing", Value: usage.Named("1/N"), Help: "follow one of N messages from outside through services (on: each); the command traces lists them"},
		func(f *nodeFlags) any {
			return func(s string) (err error) { f.tracingSaid = true; f.traced, err = command.ParseSampling(s); return err }
		}},
	{usage.Flag{Name: "--otlp", Value: usage.Named("URL"), Help: "send traces to a collector by OpenTelemetry's protocol, e.g. http://127.0.0.1:4318; turns --tracing on if that does not say how many"},
		func(f *nodeFlags) any { return &f.otlp }},
	{usage.Flag{Name: "--strict-exit", Help: "skynet.exit in a start function always ends the service"},
		func(f *nodeFlags) any { return &f.strictExit }},
	{usage.Flag{Name: "--record", Value: fileValue, Help: "write this session as a replayable transcript"},
		func(f *nodeFlags) any { return &f.record }},
	{usage.Flag{Name: "--color", Value: choice("auto", "always", "never"), Help: "colours in the shell (auto: on a terminal)"},
		func(f *nodeFlags) any { return oneOf(&f.color, "auto", "always", "never") }},
	{usage.Flag{Name: "--json", Help: "machine-readable replies"},
		func(f *nodeFlags) any { return &f.json }},
	{usage.Flag{Name: "--log", Value: fileValue, Help: "where log lines go (stderr)"},
		func(f *nodeFlags) any { return &f.log }},
	{usage.Flag{Name: "--log-level", Value: usage.Value{Name: "LEVEL", Choices: []string{"debug", "info", "warn", "error"}},
		Help: "debug, info, warn or error: what the program says of itself"},
		func(f *nodeFlags) any { return &f.logLevel }},
	{usage.Flag{Name: "--version", Help: "what lunarium version says, and nothing else"},
		func(f *nodeFlags) any { return &f.version }},
}

// nodeUsage gives what people are told of a node's flags.
func nodeUsage() []usage.Flag {
	flags := make([]usage.Flag, len(nodeTable))
	for i := range nodeTable {
		flags[i] = nodeTable[i].Flag
	}
	return flags
}

// declare makes a flag known to package flag. to is a *bool, *int, *uint64, *string, a
// flag.Value, something that reads text, or a function that takes the value.
func declare(set *flag.FlagSet, name string, to any) {
	name = strings.TrimLeft(name, "-")
	switch to := to.(type) {
	case *bool:
		set.BoolVar(to, name, *to, "")
	case *uint64:
		set.Uint64Var(to, name, *to, "")
	case *int:
		set.IntVar(to, name, *to, "")
	case *string:
		set.StringVar(to, name, *to, "")
	case func(string) error:
		set.Func(name, "", to)
	case flag.Value:
		set.Var(to, name, "")
	case textValue:
		set.TextVar(to, name, to, "")
	default:
		panic(fmt.Sprintf("flag --%s goes to a %T", name, to))
	}
}

// textValue is what reads and gives its value as text.
type textValue interface {
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}

func parseFlags(args []string) (*nodeFlags, error) {
	f := &nodeFlags{clock: "real", epoch: virtualEpoch, color: "auto", files: -1, recorder: defaultRecorder, logLevel: slog.LevelInfo}
	set := flag.NewFlagSet("lunarium", flag.ContinueOnError)
	for _, known := range nodeTable {
		declare(set, known.Name, known.to(f))
	}
	if err := parse(set, args); err != nil {
		return nil, err
	}
	if set.NArg() > 0 {
		f.service, f.args = set.Arg(0), set.Args()[1:]
	}
	return f, nil
}

// parse reads a command line. The error is flag.ErrHelp, or wraps errUsage.
func parse(set *flag.FlagSet, args []string) error {
	set.SetOutput(io.Discard)
	err := set.Parse(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return fmt.Errorf("%w: %s", errUsage, strings.ReplaceAll(err.Error(), " -", " --"))
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

// setFiles reads how many files a service may have open.
func (f *nodeFlags) setFiles(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return errors.New("want a number; 0 is no limit")
	}
	f.files = n
	return nil
}

// defaultRecorder is how many of its latest messages each service keeps.
const defaultRecorder = 16

// setRecorder reads how many messages each service keeps.
func (f *nodeFlags) setRecorder(s string) error {
	if s == "off" {
		f.recorder = 0
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > service.MostRecorded {
		return fmt.Errorf("want a number up to %d, or off", service.MostRecorded)
	}
	f.recorder = n
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
	if f.shuffle != 0 {
		words = append(words, "--shuffle", strconv.FormatUint(f.shuffle, 10))
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
	if f.recorder != defaultRecorder {
		words = append(words, "--recorder", strconv.Itoa(f.recorder))
	}
	if f.traced > 0 {
		words = append(words, "--tracing", "1/"+strconv.Itoa(f.traced))
	}
	if f.secretKeys != nil {
		words = append(words, "--secret-keys", *f.secretKeys)
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

// inZone gives the virtual clock's epoch in the zone of --zone, else with its own
// offset, wherever this machine is.
func (f *nodeFlags) inZone() time.Time {
	if f.zone != nil {
		return f.epoch.In(f.zone)
	}
	if _, offset := f.epoch.Zone(); offset != 0 {
		return f.epoch.In(time.FixedZone("", offset))
	}
	return f.epoch.UTC()
}
