// Compare runs the programs beside it on several Lua interpreters and prints
// their times side by side:
//
//	go run ./testdata/bench [-n ROUNDS] [-p PROGRAM,…] [COMMAND…]
//
// The first command is the one under test; without commands it is this
// repository's lunarium, against whichever of lua5.4, lua5.2 and luajit are
// installed. Programs run interleaved, one command after the other, and the
// median wall time of whole processes counts. A ratio is the time of the first
// command divided by that of another, so that less is faster. The status is 1
// when a command fails or its result is wrong.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const folder = "testdata/bench"

func main() {
	rounds := flag.Int("n", 5, "rounds")
	only := flag.String("p", "", "programs, separated by commas; all when empty")
	flag.Parse()
	ok, err := compare(flag.Args(), *rounds, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// compare prints the table; ok says that every result was right.
func compare(commands []string, rounds int, only string) (ok bool, err error) {
	if len(commands) == 0 {
		room, err := os.MkdirTemp("", "lunarium")
		if err != nil {
			return false, err
		}
		defer os.RemoveAll(room)
		if commands, err = defaultCommands(room); err != nil {
			return false, err
		}
	}
	results, err := readResults()
	if err != nil {
		return false, err
	}
	names := sortedNames(results)
	if only != "" {
		names = strings.Split(only, ",")
	}
	fmt.Printf("%-12s", "program")
	for _, c := range commands {
		fmt.Printf("%12s", filepath.Base(strings.Fields(c)[0]))
	}
	fmt.Println("   ratios")
	ok = true
	logs := make([]float64, len(commands))
	for _, name := range names {
		medians, wrong := measure(commands, name, results[name], rounds)
		fmt.Printf("%-12s", name)
		for _, m := range medians {
			fmt.Printf("%11.3fs", m.Seconds())
		}
		for i, m := range medians[1:] {
			ratio := medians[0].Seconds() / m.Seconds()
			logs[i+1] += math.Log(ratio)
			fmt.Printf("%7.2f", ratio)
		}
		fmt.Println(wrong)
		ok = ok && wrong == ""
	}
	fmt.Printf("%-*s", 12+12*len(commands), "geometric mean")
	for _, sum := range logs[1:] {
		fmt.Printf("%7.2f", math.Exp(sum/float64(len(names))))
	}
	fmt.Println()
	return ok, nil
}

// defaultCommands builds the program into a folder and looks for the others.
func defaultCommands(room string) ([]string, error) {
	binary := filepath.Join(room, "lunarium")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("building lunarium: %w", err)
	}
	commands := []string{binary + " lua"}
	for _, other := range []string{"lua5.4", "lua5.2", "luajit"} {
		if _, err := exec.LookPath(other); err == nil {
			commands = append(commands, other)
		}
	}
	return commands, nil
}

// measure gives the median times of a program, and which commands failed or
// gave another result than wanted.
func measure(commands []string, name, want string, rounds int) (medians []time.Duration, wrong string) {
	times := make([][]time.Duration, len(commands))
	for range rounds {
		for i, c := range commands {
			words := append(strings.Fields(c), filepath.Join(folder, name+".lua"))
			start := time.Now()
			out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
			times[i] = append(times[i], time.Since(start))
			if remark := fmt.Sprintf("   %s is wrong", c); !strings.Contains(wrong, remark) &&
				(err != nil || !strings.HasPrefix(string(out), name+"\t"+want+"\t")) {
				wrong += remark
			}
		}
	}
	for _, t := range times {
		slices.Sort(t)
		medians = append(medians, t[len(t)/2])
	}
	return medians, wrong
}

// readResults reads what each program prints behind its name.
func readResults() (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(folder, "results.txt"))
	if err != nil {
		return nil, fmt.Errorf("run from the top of the repository: %w", err)
	}
	results := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, result, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		results[name] = result
	}
	return results, nil
}

func sortedNames(results map[string]string) []string {
	var names []string
	for name := range results {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
