package service

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lunarium/runtime/message"
)

// idleSource is a service that waits for messages.
const idleSource = `start(function() end)`

// namedWorld makes a node with services of given files, from :00000002 on.
func namedWorld(t *testing.T, files ...string) *world {
	w := newWorld(t)
	for _, file := range files {
		w.launch(file, idleSource)
	}
	return w
}

func (w *world) register(name string, a message.Address) {
	w.t.Helper()
	if err := w.Register(name, a); err != nil {
		w.t.Fatal(err)
	}
}

// means tells what a word finds: addresses, or an error's text.
func (w *world) means(word string) string {
	s, err := w.FindService(word)
	var several *AmbiguousError
	switch {
	case errors.As(err, &several):
		text := "any of"
		for _, s := range several.Candidates {
			text += " " + s.address.String()
		}
		return text
	case err != nil:
		return err.Error()
	}
	return s.address.String()
}

func TestWordsMeanServices(t *testing.T) {
	w := namedWorld(t, "user", "user", "user", "room", "e", "roomy", "8", "x", "face", "dir/deep", "y")
	// :00000002 to 4 are user, 5 room, 6 e, 7 roomy, 8 "8", 9 x, a face, b dir/deep, c y
	w.register("A", 5)
	w.register("BAD", 2)
	w.register("roost", 3)
	w.register(".DB", 4)
	w.register("C ", 12)
	for word, want := range map[string]string{
		"A": ":00000005", ".A": ":00000005", "BAD": ":00000002", "DB": ":00000004",
		":a": ":0000000a", "0xa": ":0000000a", ":0000000A": ":0000000a", "a": ":0000000a",
		"user":      "any of :00000002 :00000003 :00000004",
		"us":        "any of :00000002 :00000003 :00000004",
		"room":      ":00000005",
		"roo":       "any of :00000003 :00000005 :00000007",
		"room y":    "no service room y: there is no such service",
		"roomy":     ":00000007",
		"8":         ":00000008",
		"9":         ":00000009",
		"e":         ":00000006",
		"f":         ":0000000a",
		"b":         ":0000000b",
		"deep":      ":0000000b",
		"dir/deep":  ":0000000b",
		"DBs":       "no service DBs: there is no such service",
		"99":        "there is no service :00000099: there is no such service",
		":99":       "there is no service :00000099: there is no such service",
		":xyz":      ":xyz is no address: there is no such service",
		":":         ": is no address: there is no such service",
		"launcher":  "launcher is the node itself: there is no such service",
		"nobody":    "no service nobody: there is no such service",
		"C":         ":0000000c", // its beginning
		"c":         ":0000000c",
		"B":         ":00000002",
		"F":         "no service F: there is no such service",
		"123456789": "123456789 is no address: there is no such service",
	} {
		if got := w.means(word); got != want {
			t.Errorf("%q means %s, want %s", word, got, want)
		}
	}
}

func TestLettersThatAreANumberAndABeginningAreAmbiguous(t *testing.T) {
	w := namedWorld(t, "u", "v", "w", "x", "y", "z", "p", "q", "late") // late is :0000000a
	w.register("abacus", 3)
	if got, want := w.means("a"), "any of :00000003 :0000000a"; got != want {
		t.Errorf("a means %s, want %s", got, want)
	}
}

func TestTheFirstKeepsItsName(t *testing.T) {
	w := namedWorld(t, "one", "two")
	w.register("DESK", 2)
	w.register("DESK", 2)
	err := w.Register(".DESK", 3)
	if got, want := fmt.Sprint(err), "the name DESK belongs to :00000002 one, which keeps it"; got != want {
		t.Errorf("the second got %q", got)
	}
	if a, _ := w.Lookup("DESK"); a != 2 {
		t.Errorf("DESK is %v", a)
	}
	w.Kill(2)
	w.register("DESK", 3)
	if err := w.Register("0xa", 3); !errors.Is(err, ErrName) {
		t.Errorf("what reads as an address was registered: %v", err)
	}
}

// Whatever services are called, each has a word that finds it and no other.
func TestEveryServiceCanBeNamed(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		word := func() string {
			text := ""
			for range 1 + r.IntN(3) {
				text += string("ab2:x. é"[r.IntN(8)])
			}
			return text
		}
		w := newWorld(t)
		for range 15 {
			s, err := w.Launch(w.ctx, Spec{Name: word(), Source: idleSource, Literal: true})
			if err != nil {
				t.Fatal(err)
			}
			if r.IntN(3) == 0 {
				_ = w.Register(word(), s.address)
			}
		}
		for _, s := range w.Services() {
			if found, err := w.FindService(s.Handle()); found != s {
				t.Errorf("seed %d: %q does not find %s %q: %v", seed, s.Handle(), s.address, s.base, err)
			}
		}
	}
}

func TestNamesAreOneWithAndWithoutDot(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	long := strings.Repeat("long name\n", 20)
	for _, name := range []string{".dotted", long} {
		if err := w.Register(name, s.Address()); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"ECHO", ".ECHO", "dotted", ".dotted", long, ":00000002"} {
		if a, ok := w.resolve(name); !ok || a != s.Address() {
			t.Errorf("%q is %v, %v", name, a, ok)
		}
	}
	for _, name := range []string{"", ".", ":12"} {
		if err := w.Register(name, s.Address()); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	w.Kill(s.Address())
	if _, ok := w.Lookup("ECHO"); ok {
		t.Error("the name outlives its service")
	}
	if got := w.NameOf(s.Address()); got != "ECHO" {
		t.Errorf("it was known as %s", got)
	}
}
