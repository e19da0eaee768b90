package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/console/usage"
)

// recordedService prints what a recording must not depend on.
const recordedService = `local skynet = require "skynet"
skynet.start(function()
	skynet.error("up")
	skynet.dispatch("lua", function(_, _, word)
		if word == "dice" then
			local list = {}
			for i = 1, 20 do list[i] = math.random(6) end
			skynet.retpack(table.concat(list))
		elseif word == "order" then
			local t, list = {}, {}
			for i = 1, 20 do t["key" .. i] = true end
			for k in pairs(t) do list[#list + 1] = k end
			skynet.retpack(table.concat(list, " "))
		elseif word == "hour" then
			skynet.retpack(os.date("%d %H", 86400 * 100))
		elseif word == "log" then
			skynet.error("logged")
			print("printed")
			skynet.retpack(string.rep("a long line ", 30))
		end
	end)
end)
`

// run runs the program with a script as its input.
func runScript(t *testing.T, script string, args ...string) (out, logs string, status int) {
	t.Helper()
	in, err := os.Open(script)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var stdout, stderr bytes.Buffer
	status = runNode(args, usage.Streams{In: in, Out: &stdout, Err: &stderr})
	return stdout.String(), stderr.String(), status
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRecordingsReplay records through a pipe, with log lines elsewhere and
// colours, with both clocks; the recording replays without a difference.
func TestRecordingsReplay(t *testing.T) {
	for name, flags := range map[string][]string{
		"virtual": {"--clock", "virtual"}, "seed": {"--clock", "virtual", "--seed", "77"}, "real": {}, "color": {"--color", "always"},
		"log": {"--log", "node.log"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			writeFile(t, "dice.lua", recordedService)
			script := writeFile(t, "script", "call dice \"dice\"\ncall dice \"order\"\ncall dice \"hour\"\ncall dice \"log\"\nhelp\nhelp list\n") // no list: whether a service still runs then is chance
			out, logs, status := runScript(t, script, append(flags, "--record", "recorded.txt", "dice")...)
			if status != usage.ExitOK {
				t.Fatalf("status %d: %s%s", status, out, logs)
			}
			var stdout, stderr bytes.Buffer
			if status := runReplay([]string{"recorded.txt"}, usage.Streams{Out: &stdout, Err: &stderr}); status != usage.ExitOK {
				text, _ := os.ReadFile("recorded.txt")
				t.Errorf("status %d: %s%s\n%s", status, &stdout, &stderr, text)
			}
		})
	}
}

// readingService reads what is another in each run.
const readingService = `local skynet = require "skynet"
math.randomseed(os.time() + os.clock())
local home, seed = os.getenv "LUNARIUM_TEST", math.random(1e9)
skynet.start(function()
	skynet.dispatch("lua", function(_, _, what, ...)
		if what == "seed" then return skynet.retpack(seed, home, os.getenv "LUNARIUM_NONE") end
		if what == "clock" then return skynet.retpack(os.time(), os.date "%Y-%m-%d %H:%M:%S", os.clock()) end
		local file, why, number = io.open(...)
		if not file then return skynet.retpack(why, number) end
		local first, rest = file:read "n", file:read "a"
		local lines = {}
		for line in io.lines(...) do lines[#lines + 1] = line end
		skynet.retpack(first, rest, file:seek "end", table.concat(lines, "|"))
		file:close()
	end)
end)
`

// TestRecordingsHaveWhatServicesRead: what services read of the world outside, and will be another, is given to
// them again; what was not recorded is told.
func TestRecordingsHaveWhatServicesRead(t *testing.T) {
	for name, flags := range map[string][]string{"virtual": {"--clock", "virtual"}, "real": {}} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("LUNARIUM_TEST", "before")
			writeFile(t, "reading.lua", readingService)
			writeFile(t, "limits", "17 is\nall\001 there \"is\"\n")
			script := writeFile(t, "script", "call reading \"seed\"\ncall reading \"clock\"\ncall reading \"file\", \"limits\"\ncall reading \"file\", \"none\"\n")
			out, logs, status := runScript(t, script, append(flags, "--record", "recorded.txt", "reading")...)
			if status != usage.ExitOK || !strings.Contains(out, "No such file or directory") {
				t.Fatalf("status %d: %s%s", status, out, logs)
			}
			os.Setenv("LUNARIUM_TEST", "after")
			writeFile(t, "limits", "18")
			writeFile(t, "none", "19")
			replayed := func() string {
				var stdout, stderr bytes.Buffer
				runReplay([]string{"recorded.txt"}, usage.Streams{Out: &stdout, Err: &stderr})
				return stdout.String() + stderr.String()
			}
			text, err := os.ReadFile("recorded.txt")
			if err != nil {
				t.Fatal(err)
			}
			if got := replayed(); got != "1 transcript: all replies as recorded\n" {
				t.Errorf("%s\n%s", got, text)
			}
			writeFile(t, "recorded.txt", string(text)+"> call reading \"file\", \"script\"\n")
			if got := replayed(); !strings.Contains(got, `recorded.txt:1: :00000002 reads io.open "script" at reading.lua:8, which was not recorded`) {
				t.Errorf("%s\n%s", got, text)
			}
		})
	}
}

// TestRecordingOverwritesTranscriptsAlone: a file that is anything else stays as
// it is.
func TestRecordingOverwritesTranscriptsAlone(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"notes.txt": "my notes\n", "code.lua": "print(1)\n", "half": "$ lunarium\n> cut o", "image": "\x89PNG\x00\n", "list.txt": "> a quotation\n",
	} {
		writeFile(t, name, text)
		script := writeFile(t, "script", "record "+name+"\nclock\n")
		out, _, _ := runScript(t, script, "--clock", "virtual")
		if !strings.Contains(out, "cannot record to "+name+": it is there, and is no transcript") {
			t.Errorf("%s: %s", name, out)
		}
		_, logs, status := runScript(t, script, "--clock", "virtual", "--record", name)
		if status != usage.ExitFailed || !strings.Contains(logs, "is no transcript") {
			t.Errorf("--record %s: %d %s", name, status, logs)
		}
		if got, _ := os.ReadFile(filepath.Join(dir, name)); string(got) != text {
			t.Errorf("%s has become %q", name, got)
		}
	}
	script := writeFile(t, "script", "record new.txt\nclock\nrecord new.txt\nclock\nrecord off\n")
	out, _, _ := runScript(t, script, "--clock", "virtual")
	got, _ := os.ReadFile("new.txt")
	if !strings.Contains(out, "the transcript that was in new.txt is replaced\n") || strings.Count(string(got), "> clock\n") != 1 || strings.Contains(string(got), "replaced") {
		t.Errorf("%s\n%q", out, got)
	}
	out, _, _ = runScript(t, script, "--clock", "virtual", "--record", "new.txt")
	if strings.Count(out, "is replaced") != 3 {
		t.Errorf("--record: %s", out)
	}
}

// TestLocalZone names the machine's zone so that another one knows it.
func TestLocalZone(t *testing.T) {
	for tz, want := range map[string]string{
		"Europe/Berlin": "Europe/Berlin", ":Asia/Kathmandu": "Asia/Kathmandu", "/usr/share/zoneinfo/Asia/Tokyo": "Asia/Tokyo",
		"": "", "UTC": "", "CET-1CEST,M3.5.0,M10.5.0": "", "No/Where": "",
	} {
		t.Setenv("TZ", tz)
		if got := localZone(); got != want {
			t.Errorf("TZ=%s: %q, want %q", tz, got, want)
		}
	}
}

// TestZonesReplay: the virtual clock shows the time of the zone that it is given,
// in summer and in winter.
func TestZonesReplay(t *testing.T) {
	script := writeFile(t, filepath.Join(t.TempDir(), "script"), "lua\nos.date('%H %Z', 1767225600)\nos.date('%H %Z', 1782900000)\nos.time{year=2026,month=7,day=1,hour=12}\n\n")
	out, _, _ := runScript(t, script, "--clock", "virtual", "--zone", "Europe/Berlin")
	for _, want := range []string{`"01 CET"`, `"12 CEST"`, "1782900000"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}
