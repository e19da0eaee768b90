package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"lunarium/console/replay"
)

var (
	damageSeeds = flag.Int("damage.seeds", 0, "how many damaged transcripts are replayed; 0: a few, and with LUNARIUM_TEST_LONG many")
	damageFirst = flag.Uint64("damage.first", 1, "the seed of the first")
)

// atLength gives how often something random is tried: few times, or as often as the
// project's checks do it, where LUNARIUM_TEST_LONG is set.
func atLength(few, often int) int {
	if os.Getenv("LUNARIUM_TEST_LONG") != "" {
		return often
	}
	return few
}

// damagedTime is what no damaged transcript takes, on whatever machine: counts end each
// in some seconds.
const damagedTime = 5 * time.Minute

// TestDamagedTranscripts replays transcripts that are damaged, and whose services are,
// at random: each replay ends, and leaves no file outside its folder and no goroutine.
func TestDamagedTranscripts(t *testing.T) {
	if testing.Short() {
		t.Skip("replays many transcripts")
	}
	seeds := *damageSeeds
	if seeds == 0 {
		seeds = atLength(10, 40)
	}
	yard := newYard(t)
	t.Chdir(yard.inside)
	before := runtime.NumGoroutine()
	for seed := *damageFirst; seed < *damageFirst+uint64(seeds); seed++ {
		d := newDamager(yard, seed)
		path, text := d.transcript()
		services := d.services()
		begun := time.Now()
		if err := yard.replay(path, text, services); err != nil {
			t.Errorf("-damage.first %d, %s: %v\n%s", seed, path, err, text)
		}
		if testing.Verbose() {
			t.Logf("%d %s %d %s", seed, path, len(services), time.Since(begun).Round(time.Millisecond))
		}
	}
	awaitGoroutines(t, before)
}

// FuzzReplay replays any text as a transcript. Making what it found shorter takes long:
// -fuzzminimizetime 1x.
func FuzzReplay(f *testing.F) {
	yard := newYard(f)
	const short = 2000 // bytes: what is fuzzed has ten seconds for each text
	for _, path := range yard.sessions {
		if text := yard.texts[path]; len(text) < short {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		t.Chdir(yard.inside) // here: whoever fuzzes starts this test again in the folder that it finds
		if err := yard.replay("testdata/sessions/fuzzed.txt", text, nil); err != nil {
			t.Error(err)
		}
	})
}

// yard is a copy of the transcripts and their services, in a folder inside another, in
// which nothing is to appear. They are replayed in that folder.
type yard struct {
	outside  string
	inside   string
	sessions []string
	services []string
	texts    map[string]string
}

func newYard(t testing.TB) *yard {
	y := &yard{outside: t.TempDir(), texts: map[string]string{}}
	y.inside = filepath.Join(y.outside, "inside")
	for _, folder := range []string{"testdata/services", "testdata/sessions", "testdata/config"} {
		if err := os.CopyFS(filepath.Join(y.inside, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	files := os.DirFS(y.inside)
	err := fs.WalkDir(files, "testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		y.texts[path] = string(content)
		switch {
		case strings.HasSuffix(path, ".lua"):
			y.services = append(y.services, path)
		case filepath.Dir(path) == "testdata/sessions" && strings.HasSuffix(path, ".txt"):
			y.sessions = append(y.sessions, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// replay replays a transcript with damaged services in the places of the whole ones.
func (y *yard) replay(path, text string, services map[string]string) error {
	transcript, err := replay.Parse(path, strings.NewReader(text))
	if err != nil {
		return nil // it is no transcript any more, and said to be none
	}
	for path, text := range services {
		os.WriteFile(path, []byte(text), 0o600)
		defer os.WriteFile(path, []byte(y.texts[path]), 0o600)
	}
	ctx, cancel := context.WithTimeout(context.Background(), damagedTime)
	defer cancel()
	// What can't be started is said, too.
	_, _, _ = replay.Run(ctx, transcript, startReplay(replay.NewGiven(nil)))
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("it does not end: %w", err)
	}
	entries, err := os.ReadDir(y.outside)
	if err == nil && len(entries) > 1 {
		err = fmt.Errorf("it left %v outside", entries)
	}
	return errors.Join(err, y.clean())
}

// clean takes away what the replay left in the folder.
func (y *yard) clean() error {
	return filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if _, ours := y.texts[path]; !ours {
			return os.Remove(path)
		}
		return nil
	})
}

// awaitGoroutines waits until no more goroutines are left than there were.
func awaitGoroutines(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			var b strings.Builder
			pprof.Lookup("goroutine").WriteTo(&b, 1)
			t.Fatalf("%d goroutines are left of %d\n%s", runtime.NumGoroutine()-before, before, b.String())
		}
	}
}

// damager damages texts at random; the same seed gives the same texts.
type damager struct {
	*rand.Rand
	yard *yard
}

func newDamager(y *yard, seed uint64) *damager {
	return &damager{rand.New(rand.NewPCG(seed, 0)), y}
}

// transcript gives a damaged transcript.
func (d *damager) transcript() (path, text string) {
	path = d.yard.sessions[d.IntN(len(d.yard.sessions))]
	text = d.yard.texts[path]
	for range 1 + d.IntN(4) {
		text = damages[d.IntN(len(damages))](d, text)
	}
	return path, text
}

// services gives services that are damaged, by path; mostly few.
func (d *damager) services() map[string]string {
	damaged := map[string]string{}
	for d.IntN(3) > 0 {
		path := d.yard.services[d.IntN(len(d.yard.services))]
		text := d.yard.texts[path]
		for range 1 + d.IntN(3) {
			text = damages[d.IntN(len(damages))](d, text)
		}
		damaged[path] = text
	}
	return damaged
}

// damages are what may happen to a text.
var damages = []func(d *damager, text string) string{
	(*damager).flipByte, (*damager).dropLine, (*damager).repeatLine, (*damager).swapLines,
	(*damager).changeNumber, (*damager).changeNumber, (*damager).openQuote, (*damager).cutOff,
	(*damager).breakPrompt, (*damager).spliceCommand, (*damager).spliceCommand, (*damager).insertCommand,
	(*damager).letTimePass, (*damager).repeatBlock,
}

func (d *damager) flipByte(text string) string {
	if text == "" {
		return text
	}
	b := []byte(text)
	b[d.IntN(len(b))] = byte(d.IntN(256))
	return string(b)
}

// lines splits a text and picks a line; there is at least one, if an empty one.
func (d *damager) lines(text string) (lines []string, at int) {
	lines = strings.Split(text, "\n")
	return lines, d.IntN(len(lines))
}

func (d *damager) dropLine(text string) string {
	lines, at := d.lines(text)
	return strings.Join(append(lines[:at:at], lines[at+1:]...), "\n")
}

func (d *damager) insertLine(text, line string) string {
	lines, at := d.lines(text)
	return strings.Join(append(append(lines[:at:at], line), lines[at:]...), "\n")
}

func (d *damager) repeatLine(text string) string {
	lines, at := d.lines(text)
	return d.insertLine(text, lines[at])
}

func (d *damager) swapLines(text string) string {
	lines, at := d.lines(text)
	other := d.IntN(len(lines))
	lines[at], lines[other] = lines[other], lines[at]
	return strings.Join(lines, "\n")
}

// repeatBlock repeats some lines many times.
func (d *damager) repeatBlock(text string) string {
	lines, at := d.lines(text)
	block := strings.Join(lines[at:min(len(lines), at+1+d.IntN(5))], "\n")
	return d.insertLine(text, strings.Repeat(block+"\n", 1+d.IntN(50)))
}

var number = regexp.MustCompile(`[0-9]+`)

// oddNumbers are those at which things change.
var oddNumbers = []string{
	"0", "1", "2", "64", "1000", "100000", "2147483648", "4294967296", "9007199254740993", "9223372036854775807",
	"99999999999999999999", "-1", "0.5", "1e308", "1e15", "nan", "0x7fffffff",
}

func (d *damager) changeNumber(text string) string {
	found := number.FindAllStringIndex(text, -1)
	if len(found) == 0 {
		return text
	}
	at := found[d.IntN(len(found))]
	return text[:at[0]] + oddNumbers[d.IntN(len(oddNumbers))] + text[at[1]:]
}

func (d *damager) openQuote(text string) string {
	at := d.IntN(len(text) + 1)
	marks := []string{`"`, `'`, "[[", "--[[", "(", ")", "{", "}", "\\", "\x00", "\x1b[2J", "\xff", "\u202e", " end ", " do ", "#", "%"}
	return text[:at] + marks[d.IntN(len(marks))] + text[at:]
}

func (d *damager) cutOff(text string) string {
	at := d.IntN(len(text) + 1)
	if d.IntN(2) > 0 {
		return text[:at] + "\n"
	}
	return text[:at]
}

func (d *damager) breakPrompt(text string) string {
	lines, at := d.lines(text)
	prompts := []string{"> ", ">", "$ ", "$ lunarium ", "# ", "\\", "```", ""}
	lines[at] = prompts[d.IntN(len(prompts))] + strings.TrimPrefix(lines[at], "> ")
	return strings.Join(lines, "\n")
}

// spliceCommand takes a line over from another transcript.
func (d *damager) spliceCommand(text string) string {
	other := d.yard.texts[d.yard.sessions[d.IntN(len(d.yard.sessions))]]
	lines, at := d.lines(other)
	for i := range lines {
		if line := lines[(at+i)%len(lines)]; strings.HasPrefix(line, "> ") {
			return d.insertLine(text, line)
		}
	}
	return text
}

// hardCommands are those that take long, or much, or reach far.
var hardCommands = []string{
	"clock advance 99999h", "watch every 1ms for 99999h list", "watch every 1s watch every 1s clock next", "clock next",
	"timeout 99999h", "record ../out.out", "record /tmp/lunarium.out", "record testdata/sessions/x.out", "source testdata/sessions/two_members.cmd",
	"alias list list", "lua", "debug", "quit", "shutdown", "kill 2", "restart 2", "reload 2", "undo 2", "signal 2", "signal 2 0", "json on",
	"eval 2 while true do end", `eval 2 return ("x"):rep(1e9)`, "eval 2 local function f() return f() end return f()",
	"eval 2 local function f() skynet.fork(f) end f()", `eval 2 while true do skynet.send(skynet.self(), "lua", 1) skynet.yield() end`,
	"eval 2 while true do skynet.newservice(SERVICE_NAME) end", "eval 2 while true do print(1) end", "eval 2 for i = 1, 1e9 do skynet.timeout(i, print) end",
	`eval 2 ("a"):rep(30):find(("a*"):rep(30) .. "b")`, "eval 2 local t = {} while true do t[#t + 1] = {} end", "eval 2 skynet.exit()", "eval 2 skynet.abort()",
	"break 1", "trace 2 on", "logon 2", "setenv logpath ..", "setenv logpath testdata/sessions", "gc", "mem", "stat", "dump 2", "tasks 2", "timers watch", "help record",
}

func (d *damager) insertCommand(text string) string {
	return d.insertLine(text, "> "+hardCommands[d.IntN(len(hardCommands))])
}

func (d *damager) letTimePass(text string) string {
	passes := []string{"+ 1s", "+ 10m", "+ 99999h", "+ 1ns", "+ 2562047h"}
	return d.insertLine(text, passes[d.IntN(len(passes))])
}
