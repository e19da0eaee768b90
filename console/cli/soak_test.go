package cli

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"lunarium/console"
	"lunarium/inspect/reload"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

var soakRounds = flag.Int("soak", 60, "rounds of TestSoak")

// mayStay is how much the heap may grow, in bytes, in however many rounds: by what
// bounded rings and caches take in that were not full at first.
const mayStay = 4 << 20

// soak is a node under mixed work: services come and go, calls end in every
// way, code is reloaded, remote sessions are opened and dropped.
type soak struct {
	*program
	t      *testing.T
	ctx    context.Context
	client *service.Client
	dir    string
	log    *console.Collected
	driver *service.Service
}

func newSoak(t *testing.T) *soak {
	s := &soak{t: t, dir: t.TempDir(), log: &console.Collected{}}
	for _, name := range []string{"soak_worker.lua", "soak_driver.lua"} {
		content, err := os.ReadFile(filepath.Join(root, "testdata/soak", name))
		if err != nil {
			t.Fatal(err)
		}
		s.write(name, content)
	}
	f, err := parseFlags([]string{"--path", s.dir})
	if err != nil {
		t.Fatal(err)
	}
	if s.program, err = newProgram(f, &output{io.Discard, s.log}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.openConsole(0, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.client = s.node.NewClient("the test")
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithCancel(context.Background())
	t.Cleanup(func() { s.close(); cancel() })
	s.driver = s.start("soak_driver")
	return s
}

func (s *soak) write(name string, content []byte) {
	if err := os.WriteFile(filepath.Join(s.dir, name), content, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *soak) start(name string) *service.Service {
	svc, err := s.node.Launch(s.ctx, service.Spec{Name: name})
	if err != nil {
		s.t.Fatal(err)
	}
	return svc
}

// drive has the driver do a round and checks that each call came to one end.
func (s *soak) drive(seed int) {
	reply, err := s.client.Call(s.ctx, s.driver.Address(), message.TypeLua, message.Direct(vm.Int(seed)))
	if err != nil {
		s.t.Error(err)
		return
	}
	made, _ := reply.Values[0].AsNumber()
	ended, _ := reply.Values[1].AsNumber()
	if made < 20 || made != ended {
		s.t.Errorf("round %d: %v calls were made, %v ended", seed, made, ended)
	}
}

// reload edits a worker's file while it is called.
func (s *soak) reload(worker *service.Service, source []byte, round int) {
	version := fmt.Appendf(nil, "local version = %d", round)
	s.write("soak_reloaded.lua", bytes.Replace(source, []byte("local version = 1"), version, 1))
	if _, err := reload.Reload(s.ctx, worker, "", false); err != nil {
		s.t.Error(err)
	}
	reply, err := s.client.Call(s.ctx, worker.Address(), message.TypeLua, message.Direct(service.Strings("version")...))
	if err != nil {
		s.t.Error(err)
		return
	}
	if v, _ := reply.Values[0].AsNumber(); v != float64(round) {
		s.t.Errorf("version %v runs after reload %d", v, round)
	}
}

// session uses the remote console: it quits, or the connection is just closed.
func (s *soak) session(quits bool) {
	nc, err := net.Dial("tcp", s.remote.servers[0].Addr().String())
	if err != nil {
		s.t.Error(err)
		return
	}
	defer nc.Close()
	fmt.Fprint(nc, "list\nstat\nclock\n")
	lines := bufio.NewReader(nc)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			s.t.Errorf("the console: %v", err)
			return
		}
		if strings.HasPrefix(line, "real clock") {
			break
		}
	}
	if quits {
		fmt.Fprint(nc, "quit\n")
		io.Copy(io.Discard, lines)
	}
}

// work does rounds of everything at once.
func (s *soak) work(rounds int) {
	source, err := os.ReadFile(filepath.Join(root, "testdata/soak/soak_worker.lua"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("soak_reloaded.lua", source)
	reloaded := s.start("soak_reloaded")
	var all sync.WaitGroup
	each := func(f func(i int)) {
		all.Go(func() {
			for i := range rounds {
				f(i)
			}
		})
	}
	each(s.drive)
	each(func(i int) { s.drive(i + 1) })
	each(func(i int) { s.reload(reloaded, source, i+1) })
	each(func(i int) { s.session(i%2 == 0) })
	all.Wait()
	s.node.Kill(reloaded.Address())
	<-reloaded.Gone()
}

// remains counts what must not grow.
type remains struct {
	Services, Names, Timers, Tasks, Goroutines int
	heap                                       uint64
}

func (s *soak) remains() remains {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	r := remains{
		Services: len(s.node.Services()), Names: len(s.node.Names()), Timers: len(s.node.Clock().Timers()),
		Goroutines: runtime.NumGoroutine(), heap: memory.HeapAlloc,
	}
	for _, svc := range s.node.Services() {
		r.Tasks += svc.Stat().Tasks
	}
	return r
}

// settled waits until what remains is what it was, or for long.
func (s *soak) settled(before remains) remains {
	deadline := time.Now().Add(2 * time.Minute)
	for {
		now := s.remains()
		now.Goroutines = max(now.Goroutines, before.Goroutines)
		heap := now.heap
		now.heap = before.heap
		if now == before || time.Now().After(deadline) {
			now.heap = heap
			return now
		}
		runtime.Gosched()
	}
}

// TestSoak demands that mixed work leaves nothing behind: no service, name,
// timer, task or goroutine, and no memory that grows with the work.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("many rounds")
	}
	s := newSoak(t)
	s.work(10) // fills rings and caches
	before := s.settled(s.remains())
	s.work(*soakRounds)
	after := s.settled(before)
	t.Logf("%d rounds: %+v, was %+v", *soakRounds, after, before)
	heap, was := after.heap, before.heap
	after.heap, before.heap = 0, 0
	if after != before {
		t.Errorf("left behind: %+v, was %+v", after, before)
	}
	if heap > was+mayStay {
		t.Errorf("the heap grew from %d to %d bytes in %d rounds", was, heap, *soakRounds)
	}
	if log := s.log.Take(); strings.Contains(log, "internal error") {
		t.Error(log)
	}
}
