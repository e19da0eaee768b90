package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands about the messages that services have taken.

var messagesCommands = []*console.Command{
	{Name: "messages", Group: console.Messages, Usage: "SERVICE [LINES | all] [--as-session [FILE]]",
		Help:     "Shows the latest messages that a service has taken: when, from whom, what, how long they waited and took, and the reply or the error. Each service keeps the last 16, or as many as --recorder says, without being told to; what a message or a reply carries is kept up to some 120 bytes. It asks nothing of the service, and so tells of one that is stuck, too. trace follows messages while they are handled. --as-session gives all that are kept as a transcript, which sends them to a new service: a test, once lunarium replay has run it.",
		Examples: []string{"messages CHAT_ROOM_SERVICE", "messages CHAT_ROOM_SERVICE 5", "messages CHAT_ROOM_SERVICE --as-session incident.txt"},
		Complete: []console.Completer{console.CompleteService}, Reads: readsMessages, Run: messages},
	{Name: "recorder", Group: console.Memory, Usage: "[N | off]",
		Help:     "Shows how many of its latest messages each service keeps for the command messages, and the memory that this takes; or sets it. Each message takes 256 bytes. A service gives back what it keeps too much with its next message.",
		Examples: []string{"recorder", "recorder 256"}, Reads: func(args string) bool { return args == "" }, Run: recorder},
}

// readsMessages tells whether no file is written.
func readsMessages(args string) bool {
	_, path, _ := strings.Cut(args, "--as-session")
	return strings.TrimSpace(path) == ""
}

// messagesShown is how many messages are shown unless it is said.
const messagesShown = 20

func messages(ctx context.Context, o *console.Operator, args string) error {
	word, args := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	rest, path, session := strings.Cut(args, "--as-session")
	rest, path = strings.TrimSpace(rest), strings.TrimSpace(path)
	lines := messagesShown
	if session {
		lines = service.MostRecorded
	}
	switch n, err := strconv.Atoi(rest); {
	case rest == "all":
		lines = service.MostRecorded
	case rest != "" && (err != nil || n < 1):
		return o.Usage("messages")
	case rest != "":
		lines = n
	}
	list, seen := svc.Messages(service.MostRecorded)
	kept := len(list)
	list = list[max(0, kept-lines):]
	if session {
		return messagesSession(o, svc, list, seen, path)
	}
	listing := handledListing(list, o.Node().Clock().Virtual())
	listing.None = console.Title(svc) + " " + noMessages(o.Node())
	err = console.Show(ctx, o, listing)
	if err != nil || o.JSON || uint64(len(list)) == seen {
		return err
	}
	o.Println(o.Paint(render.Note, keptText(svc, len(list), kept, seen)))
	return nil
}

// noMessages says why nothing is shown of a service.
func noMessages(n *service.Node) string {
	if n.Recorder().Messages == 0 {
		return `records no messages; "recorder 16" has each service keep its last ones`
	}
	return "has taken no message"
}

// keptText tells how many messages are shown, kept, and were taken.
func keptText(svc *service.Service, shown, kept int, seen uint64) string {
	text := fmt.Sprintf("… the last %s of %s", render.Count(shown), render.Count(int(seen)))
	switch {
	case shown < kept:
		return text + fmt.Sprintf(`; "messages %s all" shows the %s that are kept`, console.Typed(svc), render.Count(kept))
	case shown == 0:
		return fmt.Sprintf("… nothing is kept of the %s that were recorded", render.Plural(int(seen), "message", "messages"))
	}
	return text + `; "recorder N" has more kept`
}

// handledListing shows messages as a table, with how long they waited where one has.
func handledListing(list []service.Handled, virtual bool) console.Listing[service.Handled] {
	columns := []render.Column{
		{Name: "time"}, {Name: "from"}, {Name: "type"}, {Name: "message", Shrink: 1}, {Name: "waited", Align: render.Right},
		{Name: "took", Align: render.Right}, {Name: "reply", Shrink: 2},
	}
	const waited = 4
	waits := slices.ContainsFunc(list, func(h service.Handled) bool { return h.Queued > 0 })
	if !waits {
		columns = slices.Delete(columns, waited, waited+1)
	}
	return console.Listing[service.Handled]{
		Rows: console.Rows(list), Count: len(list), Columns: columns,
		Cells: func(h service.Handled) []string {
			cells := []string{
				h.Time.UTC().Format(handledTime), fromText(h), h.Type, valuesText(h.Args),
				waitText(h), tookText(h, virtual), replyText(h),
			}
			if !waits {
				cells = slices.Delete(cells, waited, waited+1)
			}
			return cells
		},
	}
}

const handledTime = "15:04:05.000"

func fromText(h service.Handled) string {
	if h.From == "" {
		return "the node"
	}
	return visible.Line(h.From)
}

// waitText tells how long a message waited, "" for what is no time worth telling.
func waitText(h service.Handled) string {
	if h.Queued == 0 {
		return ""
	}
	return render.Duration(h.Queued)
}

// tookText tells how long a message took. The real clock is read once for several short
// ones, which seem to take no time then.
func tookText(h service.Handled, virtual bool) string {
	switch {
	case h.Running:
		return "for " + render.Duration(h.Took)
	case h.Took == 0 && !virtual:
		return "-"
	}
	return render.Duration(h.Took)
}

// replyText tells what became of a message.
func replyText(h service.Handled) string {
	text := valuesText(h.Reply)
	if h.Answered > 0 {
		text += " after " + render.Duration(h.Answered)
	}
	if h.Error != "" {
		text = strings.TrimPrefix(text+", then error: ", ", then ") + valuesText(visible.Line(h.Error))
	}
	if h.Running {
		text = strings.TrimPrefix(text+", still running", ", ")
	}
	return strings.TrimSpace(text)
}

// valuesShown is how many bytes of a message's values a table shows.
const valuesShown = 120

// valuesText cuts values short.
func valuesText(text string) string {
	if len(text) <= valuesShown {
		return text
	}
	end := valuesShown
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func recorder(_ context.Context, o *console.Operator, args string) error {
	switch n, err := strconv.Atoi(args); {
	case args == "off":
		o.Node().SetRecorder(0)
	case args != "" && (err != nil || n < 0):
		return o.Usage("recorder")
	case args != "" && n > service.MostRecorded:
		return errors.New("a service keeps at most " + render.Count(service.MostRecorded) + " messages")
	case args != "":
		o.Node().SetRecorder(n)
	}
	r := o.Node().Recorder()
	return o.Reply(r, recorderText(r))
}

func recorderText(r service.Recorder) string {
	text := "no messages are recorded"
	if r.Messages > 0 {
		text = "each service keeps its last " + render.Plural(r.Messages, "message", "messages")
	}
	if r.Services == 0 {
		return text
	}
	return fmt.Sprintf("%s; %s of %s, at most about %s", text, render.Size(r.Bytes),
		render.Plural(r.Services, "service", "services"), render.Size(r.Limit))
}
