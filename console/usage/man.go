package usage

// This file holds the page of the manual.

// The page of the manual, for man(7).

import (
	"fmt"
	"strings"
)

// Man gives the program's page of section 1; version stands in its footer.
func (p *Program) Man(version string) string {
	m := &manual{}
	m.request("TH", strings.ToUpper(p.Name), "1", "", p.Name+" "+version, "User Commands")
	m.b.WriteString(".ad l\n.nh\n") // no breaks in words that people copy
	m.request("SH", "NAME")
	m.text(p.Name + " - " + p.Summary)
	m.request("SH", "SYNOPSIS")
	m.synopsis(p, &p.Main)
	for i := range p.Commands {
		m.request("br")
		m.synopsis(p, &p.Commands[i])
	}
	m.request("SH", "DESCRIPTION")
	m.text(p.Description)
	m.request("SH", "COMMANDS")
	m.command(p, &p.Main)
	for i := range p.Commands {
		m.command(p, &p.Commands[i])
	}
	m.request("SH", "FLAGS")
	m.text("These are for a node. One dash does for two, and --flag=value for --flag value.")
	m.flags(p.Main.Flags)
	for _, s := range p.Sections {
		m.request("SH", s.Title)
		for _, t := range s.Terms {
			m.term(bold(t.Word), t.Text)
		}
	}
	return m.b.String()
}

// manual is a page that is being written.
type manual struct{ b strings.Builder }

// request writes a line of roff; each argument is in quotes.
func (m *manual) request(name string, arguments ...string) {
	m.b.WriteString("." + name)
	for _, a := range arguments {
		fmt.Fprintf(&m.b, " \"%s\"", strings.ReplaceAll(roff(a), `"`, `\(dq`))
	}
	m.b.WriteByte('\n')
}

// text writes a line of text.
func (m *manual) text(text string) { m.b.WriteString(line(roff(text))) }

// line guards a line that would be a request.
func line(marked string) string {
	if strings.HasPrefix(marked, ".") || strings.HasPrefix(marked, "'") {
		marked = `\&` + marked
	}
	return marked + "\n"
}

// term writes a word, which is marked up, and what it means.
func (m *manual) term(marked, text string) {
	m.request("TP")
	m.b.WriteString(line(marked))
	m.text(text)
}

func (m *manual) synopsis(p *Program, c *Command) {
	words := strings.TrimPrefix(p.synopsis(c), strings.TrimSpace(p.Name+" "+c.Name))
	m.b.WriteString(line(bold(strings.TrimSpace(p.Name+" "+c.Name)) + roff(words)))
}

func (m *manual) command(p *Program, c *Command) {
	m.request("TP")
	m.synopsis(p, c)
	m.text(sentence(c.Help))
	if c == &p.Main || len(c.Flags) == 0 {
		return
	}
	m.request("RS")
	m.flags(c.Flags)
	m.request("RE")
}

func (m *manual) flags(flags []Flag) {
	for i := range flags {
		f := &flags[i]
		marked := bold(f.Name)
		if f.takesValue() {
			marked += ` \fI` + roff(f.Value.label()) + `\fR`
		}
		help := f.Help
		if f.Repeated {
			help += "; it may be given several times"
		}
		m.term(marked, sentence(help))
	}
}

// sentence makes a help line begin with a capital, unless its first word is a name, and
// end with a full stop.
func sentence(help string) string {
	first, _, _ := strings.Cut(help, " ")
	if strings.Trim(strings.TrimRight(first, ",:;"), "abcdefghijklmnopqrstuvwxyz'-") == "" {
		help = strings.ToUpper(help[:1]) + help[1:]
	}
	return strings.TrimSuffix(help, ".") + "."
}

func bold(text string) string { return `\fB` + roff(text) + `\fR` }

// roff gives a text that man shows as it is.
func roff(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "^", `\(ha`, "~", `\(ti`, "`", `\(ga`, "'", `\(aq`).Replace(text)
}
