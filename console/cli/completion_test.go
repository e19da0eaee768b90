//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
)

// completions are lines in the folder that completionFolder makes, and all that Tab
// finds for the last word.
var completions = map[string]string{
	"lunarium comp":      "completion",
	"lunarium --cl":      "--clock",
	"lunarium --clock ":  "real virtual",
	"lunarium --clock=":  "real virtual",
	"lunarium --clock=v": "virtual",
	"lunarium --console 127.0.0.1:80 --log-level ": "debug error info warn",
	"lunarium --log ":                "readme.md rooms.lua services/ talk.txt",
	"lunarium --data ":               "services/",
	"lunarium --data=":               "services/",
	"lunarium --data=ser":            "services/",
	"lunarium --path services cha":   "chat",
	"lunarium --path services packa": "package",
	"lunarium r":                     "replay rooms.lua",
	"lunarium ser":                   "services/",
	"lunarium replay ":               "readme.md services/ talk.txt",
	"lunarium replay -":              "--shuffle -update",
	"lunarium completion ":           "bash fish zsh",
	"lunarium lua --":                "--memlimit",
	"lunarium lua ro":                "rooms.lua",
	"lunarium help man":              "man",
}

// completionFolder runs the test in a folder with some files and gives one with the
// program, under its name.
func completionFolder(t *testing.T) (bin string) {
	t.Helper()
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	bin = t.TempDir()
	if err := os.Symlink(program, filepath.Join(bin, "lunarium")); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"readme.md", "rooms.lua", "talk.txt", "services/chat.lua", "services/package/init.lua", "services/notes.txt"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return bin
}

// shellCommand makes a shell ready, with the program on its path and nothing of the
// user's; the test is skipped where there is no such shell.
func shellCommand(t *testing.T, bin, shell string, args ...string) *exec.Cmd {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a shell")
	}
	if _, err := exec.LookPath(shell); err != nil {
		t.Skipf("%s is not installed", shell)
	}
	command := exec.CommandContext(t.Context(), shell, args...)
	command.Env = append(os.Environ(), nodeVariable+"=1", "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+bin, "ZDOTDIR="+bin, "TERM=dumb", "LC_ALL=C.UTF-8")
	return command
}

// script gives what a shell reads to complete.
func script(t *testing.T, shell string) string {
	t.Helper()
	text, err := description().Script(shell)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The keys of the shells that are asked on a terminal: allKey puts all that may stand
// there into the line, tellKey writes the line, between marks, and empties it.
const (
	allKey  = "\x14"
	tellKey = "\x07"
)

const bashrc = `PS1='' PS2=''
bind 'set bell-style none'
bind '"\C-t": insert-completions'
tell() { printf '\n<<%s>>\n' "$READLINE_LINE"; READLINE_LINE='' READLINE_POINT=0; }
bind -x '"\C-g": tell'
`

const zshrc = `PS1='' PS2='' PROMPT_EOL_MARK=''
unsetopt beep
autoload -Uz compinit; compinit -D -u
all() { _main_complete; compstate[insert]=all; }
zle -C all complete-word all
bindkey '^T' all
tell() { print; print -r -- "<<$BUFFER>>"; BUFFER=''; }
zle -N tell
bindkey '^G' tell
`

func TestCompletionInBash(t *testing.T) {
	bin := completionFolder(t)
	rc := filepath.Join(bin, "rc")
	if err := os.WriteFile(rc, []byte(bashrc+script(t, "bash")), 0o666); err != nil {
		t.Fatal(err)
	}
	onShell(t, shellCommand(t, bin, "bash", "--noprofile", "--rcfile", rc, "-i"))
}

func TestCompletionInZsh(t *testing.T) {
	bin := completionFolder(t)
	if err := os.WriteFile(filepath.Join(bin, ".zshrc"), []byte(zshrc+script(t, "zsh")), 0o666); err != nil {
		t.Fatal(err)
	}
	onShell(t, shellCommand(t, bin, "zsh", "-d", "-i"))
}

// onShell types each of the lines on a terminal and compares what becomes of them.
func onShell(t *testing.T, command *exec.Cmd) {
	t.Helper()
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 50, Cols: 400})
	if err != nil {
		t.Fatal(err)
	}
	stop := context.AfterFunc(t.Context(), func() { terminal.Close() })
	defer stop()
	defer func() {
		command.Process.Kill()
		command.Wait()
		terminal.Close()
	}()
	answers := &answerReader{terminal: terminal}
	for line := range completions {
		if _, err := io.WriteString(terminal, line+allKey+tellKey); err != nil {
			t.Fatal(err)
		}
		completed, err := answers.next()
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		kept := line[:strings.LastIndexAny(line, " ")+1]
		checkCompletion(t, line, strings.Fields(strings.TrimPrefix(completed, kept)))
	}
}

// checkCompletion compares the words that a shell offers for a line.
func checkCompletion(t *testing.T, line string, words []string) {
	t.Helper()
	got := []string{}
	for _, w := range words {
		if _, value, ok := strings.Cut(w, "="); ok {
			w = value // shells that show the flag with it, and those that don't
		}
		if info, err := os.Stat(w); err == nil && info.IsDir() && !strings.HasSuffix(w, "/") {
			w += "/" // bash adds it later
		}
		got = append(got, w)
	}
	slices.Sort(got)
	if diff := cmp.Diff(strings.Fields(completions[line]), got); diff != "" {
		t.Errorf("%q: %s", line, diff)
	}
}

// answerReader finds what the shells wrote between marks.
type answerReader struct {
	terminal io.Reader
	seen     bytes.Buffer
}

var (
	answerMarks = regexp.MustCompile(`<<(.*)>>`)
	controls    = regexp.MustCompile(`\x1b\[[?0-9;]*[a-zA-Z]`)
)

func (a *answerReader) next() (string, error) {
	buffer := make([]byte, 4096)
	for {
		if at := answerMarks.FindSubmatchIndex(a.seen.Bytes()); at != nil {
			text := string(a.seen.Next(at[1])[at[2]:at[3]])
			return controls.ReplaceAllString(text, ""), nil
		}
		n, err := a.terminal.Read(buffer)
		a.seen.Write(buffer[:n])
		if err != nil {
			return "", fmt.Errorf("%w after %q", err, a.seen.String())
		}
	}
}

func TestCompletionInFish(t *testing.T) {
	bin := completionFolder(t)
	var b strings.Builder
	b.WriteString(script(t, "fish"))
	for line := range completions {
		fmt.Fprintf(&b, "echo '> %s'\ncomplete -C '%s'\n", line, line)
	}
	command := shellCommand(t, bin, "fish", "-N")
	command.Stdin = strings.NewReader(b.String())
	out, err := command.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Logf("%s", exit.Stderr)
		}
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(string(out), "> "), "\n> ") {
		rows := strings.Split(strings.TrimSuffix(part, "\n"), "\n")
		var words []string
		for _, row := range rows[1:] {
			word, _, _ := strings.Cut(row, "\t")
			words = append(words, word)
		}
		checkCompletion(t, rows[0], words)
	}
}
