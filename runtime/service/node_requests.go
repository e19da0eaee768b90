package service

import (
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file holds the node's own answers. The node itself has address 1 and the name
// launcher: it answers the requests that skynet's launcher service answers.

// handle answers a message to the node.
func (n *Node) handle(m *message.Message) {
	if !m.WantsAnswer() {
		n.addDeadLetter(m, "the node only answers requests")
		return
	}
	command := m.Command()
	switch strings.ToUpper(command) {
	case "LIST":
		n.answerList(m)
	case "STAT":
		n.answerStat(m)
	case "KILL", "REMOVE":
		n.answerKill(m)
	case "LAUNCH", "LOGLAUNCH":
		n.answerLaunch(m)
	default:
		n.refuseRequest(m, "the launcher has no command "+visible.Quote(command))
	}
}

func (n *Node) refuseRequest(m *message.Message, text string) {
	n.reply(m, &message.Failure{
		Reason: message.ErrRaised, Service: message.NodeAddress, Name: "launcher", Source: m.Source, From: n.NameOf(m.Source),
		Type: m.Type, Handling: m.Command(), Text: text,
	})
}

func (n *Node) answerRequest(m *message.Message, values ...vm.Value) {
	n.deliver(&message.Message{
		Type: message.TypeResponse, Session: m.Session, Source: message.NodeAddress, Dest: m.Source, Payload: message.Direct(values...),
	}, nil)
}

// answerList gives a table of command lines by address: [":00000002"] = "snlua chat".
func (n *Node) answerList(m *message.Message) {
	services := n.Services()
	list := n.detached.Table(0, len(services))
	for _, s := range services {
		list.SetString(s.address.String(), vm.String(s.CommandLine()))
	}
	n.answerRequest(m, vm.TableValue(list))
}

// answerStat gives a table of counters by address, as skynet's debug command
// STAT names them; cpu in seconds.
func (n *Node) answerStat(m *message.Message) {
	services := n.Services()
	list := n.detached.Table(0, len(services))
	for _, s := range services {
		stat := s.Stat()
		entry := n.detached.Table(0, 4)
		entry.SetString("task", vm.Int(stat.Tasks))
		entry.SetString("mqlen", vm.Int(stat.Queue))
		entry.SetString("cpu", vm.Number(stat.CPU.Seconds()))
		entry.SetString("message", vm.Number(float64(stat.Messages)))
		list.SetString(s.address.String(), vm.TableValue(entry))
	}
	n.answerRequest(m, vm.TableValue(list))
}

// answerKill kills the service of an address or name and gives a table with
// its command line.
func (n *Node) answerKill(m *message.Message) {
	a, ok := message.Address(0), false
	if len(m.Values) > 1 {
		a, ok = n.addressOf(m.Values[1])
	}
	s := n.Service(a)
	if !ok || s == nil {
		n.refuseRequest(m, "there is no such service")
		return
	}
	list := n.detached.Table(0, 0)
	list.SetString(a.String(), vm.String(s.CommandLine()))
	n.Kill(a)
	n.answerRequest(m, vm.TableValue(list))
}

// answerLaunch takes "snlua", name, arguments, and gives the address.
func (n *Node) answerLaunch(m *message.Message) {
	var words []string
	for _, v := range m.Values[1:] {
		word, _ := vm.ToString(v)
		words = append(words, word)
	}
	if len(words) == 0 {
		n.refuseRequest(m, "what is to be launched?")
		return
	}
	p, err := n.load(Spec{Name: words[0], Args: words[1:], By: m.Source})
	if err != nil {
		n.refuseRequest(m, worded.Text(err))
		return
	}
	request := *m
	n.spawn(p, nil, func(s *core, f *message.Failure) {
		if f != nil {
			n.reply(&request, f)
			return
		}
		n.answerRequest(&request, vm.Int(int(s.address)))
	})
}
