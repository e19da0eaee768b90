package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/network"
	"lunarium/console/render"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the command graph: who sends how many messages to whom.

var graphCommands = []*console.Command{
	{Name: "graph", Group: console.Messages, Usage: "[SERVICE | all] [DURATION] [LINES] [--dot FILE] [--svg FILE]",
		Help: "Counts for a while, 5 s unless told otherwise, who sends how many messages to whom: how many a second, how long handlers took and messages waited on average, and how many handlers failed; of all services, or of what one sends and gets. Answers are not counted. " +
			"--svg draws the pairs with most messages, --dot writes all for Graphviz. Ctrl-C ends it early and shows what there is. With the virtual clock it moves the clock.",
		Examples: []string{"graph", "graph CHAT_ROOM_SERVICE 10s", "graph all 2s --svg services.svg"},
		Complete: []console.Completer{completeGraph}, Needs: needsOfProfile, Run: runGraph},
}

func completeGraph(o *console.Operator, t console.Typing) console.Completion {
	return completeMeasured(o, t, "--dot", "--svg")
}

// graphArgs are what graph is asked for.
type graphArgs struct {
	measured
	duration time.Duration
	lines    int
	dot, svg string // the files to write; "": none
}

const (
	graphTime    = 5 * time.Second
	longestGraph = time.Hour
	graphLines   = 20
	graphDrawn   = 60 // pairs that a picture has room for
)

func readGraph(o *console.Operator, args string) (asked graphArgs, err error) {
	asked = graphArgs{duration: graphTime, lines: graphLines}
	for first := true; args != ""; first = false {
		var word string
		word, args = console.CutWord(args)
		switch {
		case word == "--dot":
			args, err = readFile(o, word, args, &asked.dot)
		case word == "--svg":
			args, err = readFile(o, word, args, &asked.svg)
		case word == "all" && first:
		case first && o.IsService(word):
			asked.service, err = o.Service(word)
		case console.IsDigits(word):
			asked.lines, err = strconv.Atoi(word)
			if err != nil || asked.lines < 1 || asked.lines > console.MostListed {
				err = fmt.Errorf("graph shows 1 to %d lines; a time has a unit, as 5s", console.MostListed)
			}
		case first && strings.IndexAny(word, "0123456789") != 0:
			asked.service, err = o.Service(word)
		default:
			err = asked.setDuration(word)
		}
		if err != nil {
			return asked, err
		}
	}
	return asked, nil
}

func (a *graphArgs) setDuration(word string) (err error) {
	a.duration, err = console.ParseDuration(word)
	switch {
	case err != nil:
		return err
	case a.duration <= 0:
		return errors.New("to count messages takes some time, as 5s")
	case a.duration > longestGraph:
		return fmt.Errorf("graph counts for %s at most", render.Duration(longestGraph))
	}
	return nil
}

func runGraph(ctx context.Context, o *console.Operator, args string) error {
	asked, err := readGraph(o, args)
	if err != nil {
		return err
	}
	flows, other, took, err := countFlows(ctx, o, &asked)
	if err != nil {
		return err
	}
	// What was counted until Ctrl-C is shown, too.
	if err := showFlows(context.WithoutCancel(ctx), o, &asked, flows, other, took); err != nil {
		return err
	}
	return writeGraph(o, &asked, flows, took)
}

// countFlows counts, and says meanwhile how far it is.
func countFlows(ctx context.Context, o *console.Operator, asked *graphArgs) (flows []service.Flow, other uint64, took time.Duration, err error) {
	rounds := o.Rounds()
	defer rounds.End()
	end := o.Retimed()
	defer func() {
		end(fmt.Sprintf("graph %s %s %d", asked.subject(), max(took, service.Tick), asked.lines), took)
	}()
	traffic := o.Node().Traffic(asked.address())
	defer traffic.Stop()
	begun := o.Node().Clock().Elapsed()
	step := asked.duration
	if rounds.InPlace() && !o.Node().Clock().Virtual() {
		step = min(profileLook, asked.duration)
	}
	for more := true; more && took < asked.duration && err == nil; {
		if !o.Node().Clock().Virtual() { // whose time passes at once
			rounds.Show(fmt.Sprintf("counting messages: %s of %s; Ctrl-C ends", render.Duration(took), render.Duration(asked.duration)), "", "")
		}
		more, err = o.Pause(ctx, min(step, asked.duration-took), asked.duration)
		took = o.Node().Clock().Elapsed() - begun
	}
	flows, other = traffic.Flows()
	return flows, other, took, err
}

// flowRow is a line of graph.
type flowRow struct {
	From        string        `json:"from"`
	FromAddress string        `json:"from_address"`
	To          string        `json:"to"`
	ToAddress   string        `json:"to_address"`
	PerSecond   float64       `json:"per_second"`
	Messages    uint64        `json:"messages"`
	Took        time.Duration `json:"took"`
	Waited      time.Duration `json:"waited"`
	Errors      uint64        `json:"errors"`
}

func rowOfFlow(f *service.Flow, took time.Duration) flowRow {
	row := flowRow{
		From: f.FromName, To: f.ToName, ToAddress: f.To.String(), Messages: f.Messages, Errors: f.Errors,
		PerSecond: perSecond(f.Messages, took), Took: f.Took / time.Duration(f.Messages), Waited: f.Waited / time.Duration(f.Messages),
	}
	if f.From != 0 && !f.From.IsClient() {
		row.FromAddress = f.From.String()
	}
	return row
}

func perSecond(messages uint64, took time.Duration) float64 {
	return float64(messages) / max(took, service.Tick).Seconds()
}

// rateText writes how many messages there are in a second.
func rateText(rate float64) string {
	if rate >= 10 {
		return render.Count(int(rate + 0.5))
	}
	return strconv.FormatFloat(rate, 'f', 1, 64)
}

func showFlows(ctx context.Context, o *console.Operator, asked *graphArgs, flows []service.Flow, other uint64, took time.Duration) error {
	shown := flows[:min(len(flows), asked.lines)]
	messages := other
	for i := range flows {
		messages += flows[i].Messages
	}
	rows := make([]flowRow, len(shown))
	for i := range shown {
		rows[i] = rowOfFlow(&shown[i], took)
	}
	err := console.Show(ctx, o, console.Listing[flowRow]{
		Rows: console.Rows(rows), Count: len(rows), Left: len(flows) - len(shown), Hint: "a number shows as many",
		None: "no messages came in " + render.Duration(took),
		Columns: []render.Column{
			{Name: "from", Shrink: 1}, {Name: "to", Shrink: 2}, {Name: "per s", Align: render.Right}, {Name: "messages", Align: render.Right},
			{Name: "took", Align: render.Right}, {Name: "waited", Align: render.Right}, {Name: "errors", Align: render.Right, Role: render.Error},
		},
		Cells: func(r flowRow) []string {
			errors := ""
			if r.Errors > 0 {
				errors = render.Count(int(r.Errors))
			}
			return []string{
				strings.TrimSpace(r.FromAddress + " " + r.From), r.ToAddress + " " + r.To, rateText(r.PerSecond), render.Count(int(r.Messages)),
				render.Duration(r.Took), render.Duration(r.Waited), errors,
			}
		},
	})
	if err == nil && !o.JSON && len(flows) > 0 {
		o.Println(o.Paint(render.Note, graphSum(asked, len(flows), messages, took)))
	}
	return err
}

// graphSum tells what was counted: "1,234 messages of all services in 5 s; 12 pairs".
func graphSum(asked *graphArgs, pairs int, messages uint64, took time.Duration) string {
	return fmt.Sprintf("%s of %s in %s; %s", render.Plural(int(messages), "message", "messages"), asked.title(), render.Duration(took),
		render.Plural(pairs, "pair", "pairs"))
}

// address is that of the service, 0 for all.
func (a *graphArgs) address() (of message.Address) {
	if a.service != nil {
		of = a.service.Address()
	}
	return of
}

// writeGraph writes the files that were asked for, and shows the picture to who can see it.
func writeGraph(o *console.Operator, asked *graphArgs, flows []service.Flow, took time.Duration) error {
	if len(flows) == 0 {
		return nil
	}
	messages := uint64(0)
	for i := range flows {
		messages += flows[i].Messages
	}
	title := graphSum(asked, len(flows), messages, took)
	drawn := func() string {
		some := flows[:min(len(flows), graphDrawn)]
		headline := title
		if len(some) < len(flows) {
			headline += fmt.Sprintf("; the %d with most", len(some))
		}
		return network.SVG(headline, edgesOf(some, took))
	}
	if o.Picture != nil {
		o.Picture(drawn())
	}
	if asked.dot != "" {
		if err := o.WriteFile(asked.dot, []byte(network.DOT(title, edgesOf(flows, took)))); err != nil {
			return err
		}
		if err := wrote(o, asked.dot, fmt.Sprintf(`"dot -Tsvg %s" draws it`, asked.dot)); err != nil {
			return err
		}
	}
	if asked.svg != "" {
		if err := o.WriteFile(asked.svg, []byte(drawn())); err != nil {
			return err
		}
		return wrote(o, asked.svg, "a browser shows it")
	}
	return nil
}

func edgesOf(flows []service.Flow, took time.Duration) []network.Edge {
	edges := make([]network.Edge, len(flows))
	named := map[string]map[string]bool{} // the addresses of each name
	node := func(address, name string) network.Node {
		n := network.Node{ID: cmp.Or(address, name), Name: name}
		if named[name] == nil {
			named[name] = map[string]bool{}
		}
		named[name][n.ID] = true
		return n
	}
	for i := range flows {
		row := rowOfFlow(&flows[i], took)
		edges[i] = network.Edge{
			From: node(row.FromAddress, row.From), To: node(row.ToAddress, row.To), Value: row.PerSecond, Label: rateText(row.PerSecond) + "/s", Failed: row.Errors > 0,
			Title: fmt.Sprintf("%s to %s: %s, %s a second, took %s, waited %s; %s", row.From, row.To, render.Plural(int(row.Messages), "message", "messages"),
				rateText(row.PerSecond), render.Duration(row.Took), render.Duration(row.Waited), render.Plural(int(row.Errors), "error", "errors")),
		}
	}
	for i := range edges {
		for _, n := range []*network.Node{&edges[i].From, &edges[i].To} {
			if len(named[n.Name]) > 1 {
				n.Name += " :" + strings.TrimLeft(n.ID, ":0")
			}
		}
	}
	return edges
}
