// Package nodeconfig reads skynet's config files, which are Lua.
package nodeconfig

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"lunarium/runtime/files"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// Config is what a skynet config file says.
type Config struct {
	ServicePath []string // luaservice: patterns of service files
	ModulePath  string   // lua_path: package.path
	SnaxPath    []string // snax: patterns of snax services
	Threads     int      // thread; 0: not given
	// Start is the service that skynet's bootstrap starts, and its arguments; nil: not given.
	Start []string
	// Bootstrap is what starts the others, and its arguments; nil: not given.
	Bootstrap []string
	Preload   string // file that runs in each service before its own
	Data      string // data: directory of databases and saved state
	// Env is every key as text, for skynet.getenv.
	Env map[string]string
}

// Host is what reading a config file takes from the world.
type Host struct {
	ReadFile func(path string) ([]byte, error)
	Getenv   func(string) (string, bool) // for $NAME in the file
	Compile  func(chunkName string, source []byte) (*vm.Code, error)
	Seed     uint32 // that code was predecoded with
}

// Read runs a skynet config file: Lua assignments to globals, in which
// include "file" runs another one, relative to this, and $NAME stands for an
// environment variable. The error names the file and line.
func Read(path string, host Host) (*Config, error) {
	r := &configReader{host: host, state: vm.NewState(vm.Config{Seed: host.Seed})}
	r.env = r.state.NewTable(0, 0)
	meta := r.state.NewTable(0, 1)
	visible := r.state.NewTable(0, 1)
	visible.SetString("include", r.state.NewFunction("include", r.include))
	meta.SetString("__index", vm.TableValue(visible))
	r.state.SetMetatable(r.env, meta)
	code, err := r.load(path)
	if err != nil {
		return nil, err
	}
	r.dirs = []string{filepath.Dir(path)}
	task := r.state.NewTask(r.state.NewClosure(code, vm.TableValue(r.env)))
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		if failure := task.AsTask().Failure(); failure != nil {
			return nil, fmt.Errorf("config file: %w", failure)
		}
		return nil, fmt.Errorf("config file %s: it waits", path)
	}
	return r.result(path)
}

type configReader struct {
	host  Host
	state *vm.State
	env   *vm.Table
	dirs  []string // of the files that are being run
}

const maxIncludes = 100

var variable = regexp.MustCompile(`\$\w+`)

// load compiles a file after putting environment variables in.
func (r *configReader) load(path string) (*vm.Code, error) {
	source, err := r.host.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("config file: %w", err)
	}
	missing := ""
	text := variable.ReplaceAllStringFunc(string(source), func(name string) string {
		value, ok := r.host.Getenv(name[1:])
		if !ok && missing == "" {
			missing = name[1:]
		}
		return value
	})
	if missing != "" {
		return nil, fmt.Errorf("config file %s: the environment variable %s is not set", path, missing)
	}
	code, err := r.host.Compile("@"+path, []byte(text))
	if err != nil {
		return nil, fmt.Errorf("config file: %w", err)
	}
	return code, nil
}

func (r *configReader) include(t *vm.Thread) int {
	path := t.CheckString(1)
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dirs[len(r.dirs)-1], path)
	}
	if len(r.dirs) > maxIncludes {
		t.Errorf("files include each other without end: %s", path)
	}
	code, err := r.load(path)
	if err != nil {
		t.Errorf("%s", strings.TrimPrefix(err.Error(), "config file: "))
	}
	r.dirs = append(r.dirs, filepath.Dir(path))
	return t.CallThen(r.state.NewClosure(code, vm.TableValue(r.env)), nil, func(*vm.Thread) int {
		r.dirs = r.dirs[:len(r.dirs)-1]
		return 0
	})
}

// result reads the keys that have a meaning here; all are in Env.
func (r *configReader) result(path string) (*Config, error) {
	c := &Config{Env: map[string]string{}}
	var wrong error
	r.env.Entries(func(k, v vm.Value) bool {
		key, isString := k.AsString()
		value, ok := vm.ToString(v)
		switch {
		case v.Type() == vm.TypeBoolean:
			value = strconv.FormatBool(v.Truth())
		case !isString || !ok:
			wrong = fmt.Errorf("config file %s: %s is a %s value; a string, number or boolean is expected",
				path, vm.ErrorText(k), v.Type())
			return false
		}
		c.Env[key] = value
		return true
	})
	if wrong != nil {
		return nil, wrong
	}
	c.ServicePath = patterns(c.Env["luaservice"])
	c.SnaxPath = patterns(c.Env["snax"])
	c.ModulePath = c.Env["lua_path"]
	c.Bootstrap = strings.Fields(c.Env["bootstrap"])
	c.Preload = c.Env["preload"]
	c.Data = c.Env["data"]
	c.Start = strings.Fields(c.Env["start"])
	if text, ok := c.Env["thread"]; ok {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("config file %s: thread = %s is not a positive integer", path, visible.Quote(text))
		}
		c.Threads = n
	}
	return c, nil
}

// FirstService gives the service that a node begins with, and its arguments; nil
// when the file says nothing of it. skynet's own bootstrap only starts Start.
func (c *Config) FirstService() []string {
	first := c.Bootstrap
	if len(first) > 1 && first[0] == "snlua" {
		first = first[1:]
	}
	if len(first) == 0 || first[0] == "bootstrap" {
		return c.Start
	}
	return first
}

// patterns splits a path list at semicolons.
func patterns(list string) []string {
	var all []string
	for pattern := range strings.SplitSeq(list, ";") {
		if pattern = strings.TrimSpace(pattern); pattern != "" {
			all = append(all, pattern)
		}
	}
	return all
}

// IsConfig guesses whether a file is a skynet config and not a service: it sets one
// of skynet's keys, whether or not the rest can be read as Lua, and neither requires
// nor defines anything. What strings and comments say does not count. A file whose name
// does not end in .lua is no service's; where a config could be meant, it is one.
func IsConfig(path string) bool {
	source, err := files.ReadRegular(path)
	if err != nil {
		return false
	}
	if filepath.Ext(path) != ".lua" && assigning.Match(source) && !servicePlain.Match(configText.ReplaceAll(source, nil)) {
		return true
	}
	if !configLike.Match(source) {
		return false
	}
	code := configText.ReplaceAll(source, nil)
	return !serviceLike.Match(code) && (filepath.Ext(path) != ".lua" || !localLike.Match(code))
}

var (
	configLike   = regexp.MustCompile(`(?m)^\s*(luaservice|lualoader|lua_path|lua_cpath|cpath|start|bootstrap|thread|harbor|preload|include)\b`)
	assigning    = regexp.MustCompile(`(?m)^\s*\w+\s*=`)
	servicePlain = regexp.MustCompile(`\brequire\b`)
	serviceLike  = regexp.MustCompile(`\b(require|function)\b`)
	localLike    = regexp.MustCompile(`\blocal\b`) // a config may have a local variable, too
	configText   = regexp.MustCompile(`(?m)--.*$|"[^"\n]*"|'[^'\n]*'`)
)
