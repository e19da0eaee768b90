package command

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/debugger"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the command reference")

const referencePath = "../../docs/commands.md"

// reference is the command reference, made from the command table.
func reference(t *console.Table) string {
	var b strings.Builder
	b.WriteString(`# Command reference

<!-- Made from the command table: go test ./console/command -run Reference -update -->

SERVICE is an address such as ` + "`:00000008`" + ` or ` + "`8`" + ` (hexadecimal), a registered name, or a
beginning of either that only one service has. A DURATION is ` + "`500ms`, `90s`, `2h`" + ` or
` + "`1d12h`" + `; a number alone is seconds. An unambiguous beginning of a command's name is
enough. Commands that take a role above that of an observer, whatever their arguments, say
so; what the roles are [access.md](access.md#roles) tells.
`)
	for _, group := range t.Groups() {
		heading := fmt.Sprintf("\n## %s\n", group)
		for _, c := range t.All() {
			if c.Group == group {
				b.WriteString(heading + referenceEntry(c))
				heading = ""
			}
		}
	}
	b.WriteString("\n# The debugger's words\n\nWhat the prompt of `debug SERVICE` takes. Any other line is Lua, evaluated in the call that is\nlooked at.\n")
	for _, group := range debugger.Words().Groups() {
		heading := fmt.Sprintf("\n## %s\n", group)
		for _, c := range debugger.Words().All() {
			if c.Group == group {
				b.WriteString(heading + referenceEntry(c))
				heading = ""
			}
		}
	}
	return b.String()
}

func referenceEntry(c *console.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n`%s`\n", c.Name, strings.TrimSpace(c.Name+" "+c.Usage))
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, "also `%s`\n", strings.Join(c.Aliases, "`, `"))
	}
	if role := c.LeastRole(); role > access.Observer {
		fmt.Fprintf(&b, "takes the role `%s`\n", role)
	}
	help := strings.NewReplacer("_", `\_`, "<", `\<`, "*", `\*`).Replace(c.Help)
	fmt.Fprintf(&b, "\n%s\n", help)
	if len(c.Examples) > 0 {
		b.WriteString("\n```\n")
		for _, example := range c.Examples {
			b.WriteString("> " + example + "\n")
		}
		b.WriteString("```\n")
	}
	return b.String()
}

// TestReference fails when the command reference does not say what the command
// table says.
func TestReference(t *testing.T) {
	want := reference(Table())
	if *update {
		if err := os.WriteFile(referencePath, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("the command reference is stale; run: go test ./console/command -run Reference -update\n%s", diff)
	}
}

// TestTable checks that each name stands for one command and that each command
// has its help.
func TestTable(t *testing.T) {
	seen := map[string]string{}
	for _, c := range Table().All() {
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if other, ok := seen[name]; ok {
				t.Errorf("%s names both %s and %s", name, other, c.Name)
			}
			seen[name] = c.Name
		}
		if c.Help == "" || c.Run == nil || c.Group == "" {
			t.Errorf("%s lacks help, a group or its function", c.Name)
		}
		if c.Usage != "" && c.Group != console.Code && len(c.Examples) == 0 {
			t.Errorf("%s takes arguments and shows no example", c.Name)
		}
	}
}
