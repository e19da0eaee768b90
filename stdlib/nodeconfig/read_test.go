package nodeconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib/nodeconfig"
)

// readConfig writes files into a directory and reads the one called config.
func readConfig(t *testing.T, files map[string]string) (*nodeconfig.Config, string, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	loader := vm.NewLoader(0)
	c, err := nodeconfig.Read(filepath.Join(dir, "config"), nodeconfig.Host{
		ReadFile: os.ReadFile,
		Getenv:   func(name string) (string, bool) { return "from " + name, name == "HOME_DIR" },
		Compile: func(name string, source []byte) (*vm.Code, error) {
			p, err := compile.Source(name, source)
			if err != nil {
				return nil, err
			}
			return loader.Load(p), nil
		},
	})
	return c, dir, err
}

func TestReadConfig(t *testing.T) {
	c, _, err := readConfig(t, map[string]string{
		"config": `include "sub/path"
thread = 8
logger = nil
start = "main 8001"   -- main script
bootstrap = "snlua bootstrap"
daemon = false
home = "$HOME_DIR"
data = "./kept"
rate = 1.5`,
		"sub/path": `include "root"
luaservice = root .. "service/?.lua;" .. root .. "test/?.lua;"
lua_path = root .. "lualib/?.lua"
snax = root .. "snax/?.lua"`,
		"sub/root": `root = "./"`,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &nodeconfig.Config{
		ServicePath: []string{"./service/?.lua", "./test/?.lua"},
		ModulePath:  "./lualib/?.lua",
		SnaxPath:    []string{"./snax/?.lua"},
		Threads:     8,
		Start:       []string{"main", "8001"},
		Bootstrap:   []string{"snlua", "bootstrap"},
		Data:        "./kept",
		Env: map[string]string{
			"luaservice": "./service/?.lua;./test/?.lua;", "lua_path": "./lualib/?.lua", "snax": "./snax/?.lua",
			"thread": "8", "start": "main 8001", "bootstrap": "snlua bootstrap", "daemon": "false",
			"home": "from HOME_DIR", "rate": "1.5", "root": "./", "data": "./kept",
		},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestReadConfigErrors(t *testing.T) {
	for text, want := range map[string]string{
		`start = = 1`:               "config file: DIR/config:1: unexpected symbol near '='",
		`start = nothing.x`:         "config file: DIR/config:1: attempt to index global 'nothing' (a nil value)",
		`include "none"`:            "config file: DIR/config:1: open DIR/none: no such file or directory",
		`include "config"`:          "config file: DIR/config:1: files include each other without end: DIR/config",
		`start = {}`:                "config file DIR/config: start is a table value; a string, number or boolean is expected",
		`home = "$NOT_SET"`:         "config file DIR/config: the environment variable NOT_SET is not set",
		`thread = "many"`:           `config file DIR/config: thread = "many" is not a positive integer`,
		`print "no functions here"`: "config file: DIR/config:1: attempt to call global 'print' (a nil value)",
	} {
		_, dir, err := readConfig(t, map[string]string{"config": text})
		if err == nil {
			t.Errorf("%s: no error", text)
			continue
		}
		if got := strings.ReplaceAll(err.Error(), dir, "DIR"); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestIsConfig(t *testing.T) {
	for text, want := range map[string]bool{
		"include \"config.path\"\nthread = 8\nstart = \"main\"": true,
		"-- require nothing\nstart = 'main'":                    true,
		"local skynet = require 'skynet'\nstart = 1":            false,
		"print 'hello'": false,
		"lua_path = \"/usr/local/share/?.lua\"\nstart = \"main\"": true,
		"start := \"main\"": true,
		"thread = 8 -- as required, a function of the machine": true,
		"local root = './'\nluaservice = root .. '?.lua'":      true,
		"function start() end":                                 false,
		"x=1\n\nlocal function f( end":                         true,
		"local skynet = require 'skynet'\nx = 1":               false,
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := nodeconfig.IsConfig(path); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}
