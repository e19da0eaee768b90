package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestWhereDataIsKept asks for a database by each way to say where data is kept.
func TestWhereDataIsKept(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags []string
		want  string // the database, from the working directory
	}{
		{"default", nil, "data/lunarium.db"},
		{"flag", []string{"--data", "shop"}, "shop/lunarium.db"},
		{"config", []string{"--config", "config"}, "configured/lunarium.db"},
		{"both", []string{"--config", "config", "--data", "shop"}, "shop/lunarium.db"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for name, text := range map[string]string{
				"config":   `data = "configured"` + "\n" + `luaservice = "./?.lua"`,
				"main.lua": `require "db_pool".new():execute("create table t (x)")`,
			} {
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			flags, err := parseFlags(append(c.flags, "main.lua"))
			if err != nil {
				t.Fatal(err)
			}
			p, err := newProgram(flags, &output{io.Discard, io.Discard}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.launch(context.Background(), func(string) {}); err != nil {
				t.Fatal(err)
			}
			p.close()
			if found, _ := filepath.Glob("*/lunarium.db"); len(found) != 1 || found[0] != c.want {
				t.Errorf("the database is %v, want %s", found, c.want)
			}
		})
	}
}
