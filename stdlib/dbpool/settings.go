package dbpool

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds how the configuration is read.

// readConfig reads argument i: nothing, the path of an SQLite file, or a table.
func readConfig(t *vm.Thread, i int, options Options) config {
	c := defaults()
	if t.Arg(i).IsString() {
		c.path = t.CheckString(i)
	} else {
		settings.Read(t, i, &c)
	}
	if err := c.complete(options); err != nil {
		t.ArgError(i, worded.Text(err))
	}
	return c
}

// settings are what the configuration may say.
var settings = kit.Options[config]{
	kit.Choice("driver", func(c *config, i int) { c.driver = &dialects[i] }, dialectNames()...),
	kit.Text("dsn", "a text", func(c *config) *string { return &c.dsn }),
	kit.Text("path", "a text", func(c *config) *string { return &c.path }),
	kit.Integer("size", 1, maxSize, func(c *config) *int { return &c.size }),
	kit.SecondsOrNone("wait", func(c *config) *time.Duration { return &c.wait }),
	kit.SecondsOrNone("timeout", func(c *config) *time.Duration { return &c.timeout }),
	kit.SecondsOrNone("busy", func(c *config) *time.Duration { return &c.busy }),
}

// defaults is a pool without configuration.
func defaults() config {
	return config{
		driver: &dialects[0], path: defaultPath, size: 4,
		wait: 5 * time.Second, timeout: 30 * time.Second, busy: 5 * time.Second,
	}
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
