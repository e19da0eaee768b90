package dbpool

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// Options is what a state's pools take from the program.
type Options struct {
	// Data is the directory that relative paths of SQLite files begin in. It is
	// made when the first file is opened.
	Data string
}

// config is what db_pool.new is given.
type config struct {
	driver  *dialect
	dsn     string        // postgres, mysql
	path    string        // sqlite: a file, or ":memory:"
	size    int           // connections
	wait    time.Duration // for a connection, by the node's clock
	timeout time.Duration // of one statement; 0: none
	busy    time.Duration // sqlite: for a lock of another process or pool
}

const (
	memoryPath  = ":memory:"
	defaultPath = "lunarium.db"
	maxSize     = 1000
)

// defaults is a pool without configuration.
func defaults() config {
	return config{
		driver: &dialects[0], path: defaultPath, size: 4,
		wait: 5 * time.Second, timeout: 30 * time.Second, busy: 5 * time.Second,
	}
}

// readConfig reads db_pool.new's argument: nothing, the path of an SQLite
// file, or a table.
func readConfig(v vm.Value, options Options) (config, error) {
	c := defaults()
	switch {
	case v.IsNil():
	case v.IsString():
		c.path, _ = v.AsString()
	case v.IsTable():
		if err := c.read(v.AsTable()); err != nil {
			return c, err
		}
	default:
		return c, fmt.Errorf("a table is expected, got a %s value", v.Type())
	}
	return c, c.complete(options)
}

func (c *config) read(t *vm.Table) (err error) {
	t.Entries(func(k, v vm.Value) bool {
		name, _ := k.AsString()
		set := settings[name]
		if set == nil {
			err = fmt.Errorf("unknown key %s", describe(k))
			return false
		}
		if err = set(c, v); err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return err == nil
	})
	return err
}

// settings are the keys of the configuration.
var settings = map[string]func(*config, vm.Value) error{
	"driver":  (*config).setDriver,
	"dsn":     func(c *config, v vm.Value) error { return setText(&c.dsn, v) },
	"path":    func(c *config, v vm.Value) error { return setText(&c.path, v) },
	"size":    (*config).setSize,
	"wait":    func(c *config, v vm.Value) error { return setSeconds(&c.wait, v) },
	"timeout": func(c *config, v vm.Value) error { return setSeconds(&c.timeout, v) },
	"busy":    func(c *config, v vm.Value) error { return setSeconds(&c.busy, v) },
}

func (c *config) setDriver(v vm.Value) error {
	name, _ := v.AsString()
	for i := range dialects {
		if dialects[i].name == name {
			c.driver = &dialects[i]
			return nil
		}
	}
	names := make([]string, len(dialects))
	for i := range dialects {
		names[i] = dialects[i].name
	}
	return fmt.Errorf("want one of %s, got %s", strings.Join(names, ", "), describe(v))
}

func (c *config) setSize(v vm.Value) error {
	n, ok := v.AsNumber()
	if !ok || n < 1 || n > maxSize || n != float64(int(n)) {
		return fmt.Errorf("want an integer from 1 to %d, got %s", maxSize, describe(v))
	}
	c.size = int(n)
	return nil
}

func setText(to *string, v vm.Value) error {
	text, ok := v.AsString()
	if !ok || text == "" || strings.ContainsRune(text, 0) {
		return fmt.Errorf("want a text, got %s", describe(v))
	}
	*to = text
	return nil
}

func setSeconds(to *time.Duration, v vm.Value) error {
	n, ok := v.AsNumber()
	if !ok || !(n >= 0 && n <= 1e9) {
		return fmt.Errorf("want seconds, got %s", describe(v))
	}
	*to = time.Duration(n * float64(time.Second))
	return nil
}

func (c *config) complete(options Options) error {
	switch {
	case c.driver.file && c.dsn != "":
		return errors.New("dsn is for other drivers; sqlite takes path")
	case !c.driver.file && c.dsn == "":
		return fmt.Errorf("dsn is missing, which says where %s is", c.driver.name)
	case !c.driver.file && c.path != defaultPath:
		return errors.New("path is for sqlite; this driver takes dsn")
	case c.path == memoryPath:
		c.size = 1 // the connection is the database
	case !filepath.IsAbs(c.path):
		c.path = filepath.Join(options.Data, c.path)
	}
	return nil
}

// describe words a value of a configuration.
func describe(v vm.Value) string {
	if text, ok := v.AsString(); ok {
		return visible.Quote(text)
	}
	if text, ok := vm.ToString(v); ok {
		return text
	}
	return "a " + v.Type().String() + " value"
}
