package cli

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/usage"
)

// shuffleRun runs "lunarium replay".
func shuffleRun(args ...string) (status int, out, complaints string) {
	var said, wrong strings.Builder
	status = runReplay(args, usage.Streams{Out: &said, Err: &wrong})
	return status, said.String(), wrong.String()
}

const raceFound = `testdata/sessions/theatre.txt:7: > call box_office "sold" printed something else in the order of seed 1
- 2
+ 3
again: lunarium replay --shuffle seed=1 testdata/sessions/theatre.txt; to look at it: --shuffle 1 on the node's command line
1 transcript in 1 other order: 1 with other replies than recorded
`

// A race is found, told with its seed, and found by it again.
func TestShuffleFindsARace(t *testing.T) {
	t.Chdir(root)
	for _, orders := range []string{"1000", "seed=1"} {
		status, out, _ := shuffleRun("--shuffle", orders, "testdata/sessions/theatre.txt")
		if status != usage.ExitFailed {
			t.Errorf("--shuffle %s: status %d", orders, status)
		}
		if diff := cmp.Diff(raceFound, out); diff != "" {
			t.Errorf("--shuffle %s: %s", orders, diff)
		}
	}
}

// What is right in every order passes; so does what differs only in how the lines of
// several services mix.
func TestShuffleFindsNoRaceWhereThereIsNone(t *testing.T) {
	t.Chdir(root)
	for _, name := range []string{"theatre_queued", "waits", "chat_room_service"} {
		status, out, _ := shuffleRun("--shuffle", "20", "testdata/sessions/"+name+".txt")
		if status != usage.ExitOK || out != "1 transcript in 20 other orders: all replies as recorded\n" {
			t.Errorf("%s: status %d, %s", name, status, out)
		}
	}
	folder := t.TempDir()
	os.WriteFile(folder+"/teller.lua", []byte(`local skynet = require "skynet"
		skynet.start(function() skynet.dispatch("lua", function(_, _, n) print("line", n) skynet.ret() end) end)`), 0o600)
	os.WriteFile(folder+"/all.lua", []byte(`local skynet = require "skynet"
		skynet.start(function() for i = 1, 4 do skynet.send(skynet.newservice "teller", "lua", i) end end)`), 0o600)
	os.WriteFile(folder+"/lines.txt", []byte("$ lunarium --clock virtual --path "+folder+`
> launch all
line	1
line	2
line	3
line	4
:00000002 all
`), 0o600)
	if status, out, wrong := shuffleRun("-update", folder+"/lines.txt"); status != usage.ExitOK {
		t.Fatal(out, wrong)
	}
	if status, out, _ := shuffleRun("--shuffle", "50", folder+"/lines.txt"); status != usage.ExitOK {
		t.Error(out)
	}
}

// A session that differs in turn is not tried in other orders.
func TestShuffleWantsASessionThatIsRight(t *testing.T) {
	path := t.TempDir() + "/wrong.txt"
	os.WriteFile(path, []byte("$ lunarium --clock virtual\n> service\nsome\n"), 0o600)
	status, out, _ := shuffleRun("--shuffle", "5", path)
	if status != usage.ExitFailed || strings.Contains(out, "other order:") || !strings.Contains(out, "- some") {
		t.Errorf("status %d: %s", status, out)
	}
}

// Who stops a search, or a replay, is told how far it was; nothing is rewritten.
func TestReplaysCanBeStopped(t *testing.T) {
	t.Chdir(root)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	all := tally{transcripts: 1, orders: 3}
	ok, err := all.shuffle(ctx, "testdata/sessions/theatre_queued.txt", shuffled{4, 1000}, usage.Streams{Out: os.Stderr, Err: os.Stderr})
	if err != nil || !ok || !all.stopped {
		t.Fatal(ok, err)
	}
	if got, want := all.String(), "1 transcript in 3 other orders, then stopped: all replies as recorded"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	const text = "$ lunarium --clock virtual\n> service\nsome\n"
	path := t.TempDir() + "/wrong.txt"
	os.WriteFile(path, []byte(text), 0o600)
	all = tally{}
	if ok, err := all.replay(ctx, path, true, usage.Streams{Out: os.Stderr, Err: os.Stderr}); err != nil || !ok || !all.stopped || all.differ > 0 {
		t.Errorf("%v %v %+v", ok, err, all)
	}
	if now, _ := os.ReadFile(path); string(now) != text {
		t.Errorf("rewritten: %s", now)
	}
}

func TestShuffleOfNonsense(t *testing.T) {
	t.Chdir(root)
	for _, c := range []struct{ args, want string }{
		{"--shuffle 0", `invalid value "0" for flag --shuffle: want how many orders to try, up to 10000000, or seed=N for one`},
		{"--shuffle seed=", `invalid value "seed=" for flag --shuffle: want a seed from 1 on after seed=`},
		{"--shuffle -3", `invalid value "-3" for flag --shuffle`},
		{"-update --shuffle 3", "-update writes down what happens in turn: leave --shuffle out"},
	} {
		status, _, wrong := shuffleRun(append(strings.Fields(c.args), "testdata/sessions/theatre.txt")...)
		if status != usage.ExitUsage || !strings.Contains(wrong, c.want) {
			t.Errorf("%s: status %d, %s", c.args, status, wrong)
		}
	}
	f, err := parseFlags([]string{"--shuffle", "3"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newProgram(f, &output{os.Stderr, os.Stderr}, nil); err == nil || !strings.Contains(err.Error(), "--clock virtual") {
		t.Errorf("with the real clock: %v", err)
	}
}
