package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/supervise"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the command supervise: services that are kept running.

var superviseCommands = []*console.Command{
	{Name: "supervise", Group: console.Launching, Usage: "[SERVICE on | GROUP SERVICE SERVICE... one|all|rest] [TIMES in DURATION] [errors] [with snapshot] | [NAME off]",
		Help: "Keeps a service running, whoever's session ends: when it ends though no operator ended it, it is started again with the same arguments and gets its names again; its address is a new one. " +
			"After more than 5 ends in a minute, or as many as are said, it is given up, and the log tells. errors: an error that nobody caught ends it, too. with snapshot: the new one gets the state of the latest snapshot. " +
			"Of a GROUP that one is started again, all are, or that one and the rest after it. Alone it lists what is kept running; off ends that.",
		Examples: []string{"supervise CHAT_ROOM_SERVICE on", "supervise CHAT_ROOM_SERVICE on 3 in 10s errors with snapshot", "supervise front LOBBY CHAT_ROOM_SERVICE rest", "supervise front off"},
		Complete: []console.Completer{completeSupervised, completeSuperviseWords}, Reads: func(args string) bool { return strings.TrimSpace(args) == "" }, Run: superviseServices},
}

var errNoSupervisor = errors.New("services are not supervised on this node")

// expectEnd tells the supervisor that an operator ends a service; what it gives is called
// with the service that takes its place, or nil.
func expectEnd(o *console.Operator, svc *service.Service) (over func(*service.Service)) {
	if o.Supervisor == nil {
		return func(*service.Service) {}
	}
	return o.Supervisor.Expect(svc)
}

func superviseServices(ctx context.Context, o *console.Operator, args string) error {
	if o.Supervisor == nil {
		return errNoSupervisor
	}
	words, err := console.SplitWords(args)
	switch {
	case err != nil:
		return err
	case len(words) == 0:
		return listSupervised(ctx, o)
	case len(words) == 1:
		return o.Usage("supervise")
	case len(words) == 2 && words[1] == "off":
		return superviseOff(o, words[0])
	}
	rules, words, err := superviseRules(words)
	if err != nil {
		return err
	}
	last := len(words) - 1
	strategy := supervise.Strategy(words[last])
	switch {
	case len(words) == 2 && words[1] == "on":
		svc, err := o.Service(words[0])
		if err != nil {
			return err
		}
		return superviseOn(ctx, o, svc.Handle(), []*service.Service{svc}, rules)
	case strategy != supervise.One && strategy != supervise.All && strategy != supervise.Rest || len(words) < 4:
		return o.Usage("supervise")
	}
	var services []*service.Service
	for _, word := range words[1:last] {
		svc, err := o.Service(word)
		if err != nil {
			return err
		}
		services = append(services, svc)
	}
	if o.IsService(words[0]) {
		return fmt.Errorf("%s is a service; a group has a name of its own", visible.Line(words[0]))
	}
	rules.Strategy = strategy
	return superviseOn(ctx, o, words[0], services, rules)
}

// superviseRules takes the options off the end of the words.
func superviseRules(words []string) (rules supervise.Rules, rest []string, err error) {
	rules = supervise.DefaultRules
	for {
		n := len(words)
		switch {
		case n > 1 && words[n-1] == "errors":
			rules.Errors, words = true, words[:n-1]
		case n > 2 && words[n-2] == "with" && words[n-1] == "snapshot":
			rules.Snapshot, words = true, words[:n-2]
		case n > 3 && words[n-2] == "in":
			if rules.Most, err = strconv.Atoi(words[n-3]); err != nil || rules.Most < 1 || rules.Most > supervise.MostEnds {
				return rules, nil, fmt.Errorf("%s is no number of ends from 1 to %d", visible.Line(words[n-3]), supervise.MostEnds)
			}
			if rules.Within, err = console.ParseDuration(words[n-1]); err != nil {
				return rules, nil, err
			}
			if rules.Within < supervise.ShortestWithin {
				return rules, nil, fmt.Errorf("%s is too short a time to count ends in; %s or more will do", visible.Line(words[n-1]), render.Duration(supervise.ShortestWithin))
			}
			words = words[:n-3]
		default:
			return rules, words, nil
		}
	}
}

func superviseOn(ctx context.Context, o *console.Operator, name string, services []*service.Service, rules supervise.Rules) error {
	taken := ""
	for _, svc := range services {
		if !rules.Snapshot {
			break
		}
		if o.Snapshots == nil {
			return errNoSnapshots
		}
		if o.Snapshots.Latest(svc.Address()) == nil {
			one, err := keepSnapshot(ctx, o, svc, "")
			if err != nil {
				return err
			}
			taken += fmt.Sprintf("\n%s has the snapshot %s; \"snapshot %s\" takes a later one", console.Title(svc), one.Name, console.Typed(svc))
		}
	}
	if err := o.Supervisor.Add(name, services, rules); err != nil {
		return err
	}
	what := console.Title(services[0]) + " is"
	if len(services) > 1 {
		var titles []string
		for _, svc := range services {
			titles = append(titles, console.Title(svc))
		}
		what = "group " + visible.Line(name) + " (" + strings.Join(titles, ", ") + ") is"
	}
	return o.Reply(map[string]any{"name": name, "rules": rules}, fmt.Sprintf("%s kept running: %s, up to %s%s", what, rulesText(rules, len(services)), limitOf(rules), taken))
}

func limitOf(r supervise.Rules) string {
	return fmt.Sprintf("%s in %s", render.Plural(r.Most, "time", "times"), render.Duration(r.Within))
}

var strategyTexts = map[supervise.Strategy]string{
	supervise.One: "a member that ends is started again", supervise.All: "when a member ends all are started again",
	supervise.Rest: "when a member ends, that one and those after it are started again",
}

// rulesText says when what is started again.
func rulesText(r supervise.Rules, members int) string {
	text := "it is started again when it ends"
	if members > 1 {
		text = strategyTexts[r.Strategy]
	}
	if r.Errors {
		text += ", as it does at an error that nobody caught"
	}
	if r.Snapshot {
		text += ", with the state of the latest snapshot"
	}
	return text
}

func superviseOff(o *console.Operator, word string) error {
	name := word
	if svc, err := o.Service(word); err == nil {
		if of := o.Supervisor.NameOf(svc.Address()); of != "" {
			name = of
		}
	}
	for _, s := range o.Supervisor.List() {
		if s.Name == name && len(s.Members) > 1 && name != word {
			return fmt.Errorf(`%s is kept running in the group %s; "supervise %[2]s off" ends that of all its members`, visible.Line(word), visible.Line(name))
		}
	}
	if err := o.Supervisor.Remove(name); err != nil {
		return fmt.Errorf(`%w; "supervise" lists what is`, err)
	}
	return o.Reply(map[string]any{"off": name}, visible.Line(name)+" is not kept running any more")
}

// supervisedRow is a supervision as JSON.
type supervisedRow struct {
	Name     string
	State    string // "kept running", "given up"
	Members  []memberRow
	Strategy supervise.Strategy
	Most     int
	Within   time.Duration
	Errors   bool
	Snapshot bool
	Restarts int
	Recent   int
	Last     string     `json:",omitempty"`
	LastAt   *time.Time `json:",omitempty"`
}

type memberRow struct{ Service, Address, State string }

func supervisedRowOf(s supervise.Supervision) supervisedRow {
	row := supervisedRow{
		Name: s.Name, State: "kept running", Strategy: s.Rules.Strategy, Most: s.Rules.Most, Within: s.Rules.Within, Errors: s.Rules.Errors,
		Snapshot: s.Rules.Snapshot, Restarts: s.Restarts, Recent: s.Recent, Last: s.Last, Members: []memberRow{},
	}
	if s.GaveUp {
		row.State = "given up"
	}
	if s.Last != "" {
		row.LastAt = &s.LastAt
	}
	for _, m := range s.Members {
		row.Members = append(row.Members, memberRow{m.Service, m.Address.String(), m.State})
	}
	return row
}

func listSupervised(ctx context.Context, o *console.Operator) error {
	list := o.Supervisor.List()
	now := o.Node().Clock().Now()
	return console.Show(ctx, o, console.Listing[supervisedRow]{
		Rows: console.RowsOf(list, supervisedRowOf), Count: len(list), None: `nothing is kept running; "supervise SERVICE on" does that`,
		Columns: []render.Column{
			{Name: "name", Role: render.Key}, {Name: "state"}, {Name: "services"}, {Name: "rules"},
			{Name: "restarts", Align: render.Right}, {Name: "last end", Shrink: 1},
		},
		Cells: func(r supervisedRow) []string {
			last := ""
			if r.LastAt != nil {
				last = clockText(*r.LastAt, now) + " " + visible.Line(r.Last)
			}
			return []string{r.Name, r.State, membersText(r), rowRules(r), render.Count(r.Restarts), last}
		},
	})
}

func membersText(r supervisedRow) string {
	var list []string
	for _, m := range r.Members {
		text := m.Address + " " + visible.Line(m.Service)
		if m.State != "runs" {
			text += " (" + m.State + ")"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

func rowRules(r supervisedRow) string {
	text := fmt.Sprintf("%d in %s", r.Most, render.Duration(r.Within))
	if len(r.Members) > 1 {
		text = string(r.Strategy) + ", " + text
	}
	if r.Errors {
		text += ", errors"
	}
	if r.Snapshot {
		text += ", snapshot"
	}
	return text
}

// completeSupervised completes a service, or the name of a supervision.
func completeSupervised(o *console.Operator, t console.Typing) console.Completion {
	c := console.CompleteService(o, t)
	if o.Supervisor == nil {
		return c
	}
	var names []string
	for _, s := range o.Supervisor.List() {
		if !o.IsService(s.Name) {
			names = append(names, s.Name)
		}
	}
	c.Candidates = append(c.Candidates, console.Beginning(names, t.Word())...)
	return c
}

// completeSuperviseWords completes what follows.
func completeSuperviseWords(o *console.Operator, t console.Typing) console.Completion {
	words := []string{"on", "off"}
	if len(t.Before) > 2 {
		words = []string{"all", "one", "rest", "errors", "with", "snapshot", "in"}
	}
	c := console.CompleteService(o, t)
	c.Candidates = append(console.Beginning(words, t.Word()), c.Candidates...)
	return c
}
