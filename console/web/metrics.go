package web

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"lunarium/runtime/service"
)

// This file serves the metrics.

// metrics serves what Prometheus reads, from a registry of its own. A program
// gives the password by HTTP's basic authentication.
func (s *Server) metrics() http.HandlerFunc {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(s), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
	return func(w http.ResponseWriter, r *http.Request) {
		_, ok := s.keys.admits(r)
		if !ok {
			_, ok = s.keys.admitsBasic(r)
		}
		if !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="lunarium"`)
			http.Error(w, "give the password", http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	}
}

// collector makes metrics of the sampler's latest sample. Services are summed by
// the name of their file: their number may be large, and addresses are never
// used again.
type collector struct {
	server *Server
	mu     sync.Mutex
	grown  map[string]grown // counters as they were last told; they must not go down
}

// grown are the counters of the services of one file.
type grown struct {
	launched, messages, cpu float64
}

// desc makes a metric's description; with labels it is per file of services.
func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("lunarium_"+name, help, labels, nil)
}

var (
	byFile = []string{"service"}

	descServices = desc("services", "Services that are alive, by the name of their file.", byFile...)
	descLaunched = desc("services_launched_total", "Services that were ever launched.", byFile...)
	descMessages = desc("service_messages_total", "Messages that services have handled, answers and timers included.", byFile...)
	descCPU      = desc("service_cpu_seconds_total", "Real time for which services have run.", byFile...)
	descQueue    = desc("service_mailbox_messages", "Messages that wait in mailboxes.", byFile...)
	descTasks    = desc("service_tasks", "Tasks that have begun and not ended.", byFile...)
	descMemory   = desc("service_memory_bytes", "Memory that services hold in Lua; who was not measured yet counts as the mean of those that were.", byFile...)
	descStatus   = desc("services_by_status", "Services by what they are doing.", "status")
	descLongest  = desc("mailbox_longest_messages", "Messages in the longest mailbox.")
	descLogs     = desc("log_lines_total", "Lines that services and the node have logged.")
	descDead     = desc("dead_letters_total", "Messages that nobody handled.")
	descCrashes  = desc("crashes_total", "Errors that nobody caught.")
	descTimers   = desc("timers", "Timers and sleeping tasks that wait for the node's clock.")
	descClock    = desc("clock_seconds", "The node's clock, since its start.")
	descWorkers  = desc("workers", "Goroutines that run services.")
	descPages    = desc("web_pages", "Pages of the web console that are open.")
	descAge      = desc("sample_age_seconds", "Age of the counters in this answer.")
)

func newCollector(s *Server) *collector { return &collector{server: s, grown: map[string]grown{}} }

// Describe lists the metrics.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descServices, descLaunched, descMessages, descCPU, descQueue, descTasks, descMemory, descStatus,
		descLongest, descLogs, descDead, descCrashes, descTimers, descClock, descWorkers, descPages, descAge,
	} {
		out <- d
	}
}

// sums are what the services of one file come to.
type sums struct {
	grown
	services, queue, tasks float64
	memory, measured       float64 // of those services of which it is known
}

// statuses are all that services can have but ended: each has a line, also when
// it is 0.
var statuses = []service.Status{
	service.StatusStarting, service.StatusIdle, service.StatusReady, service.StatusRunning, service.StatusBusy, service.StatusStuck,
}

// Collect gives the metrics.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	node, now := c.server.config.Node, c.server.sampler.now()
	byStatus := map[service.Status]float64{}
	longest := 0
	for i := range now.Rows {
		byStatus[now.Rows[i].Status]++
		longest = max(longest, now.Rows[i].Queue)
	}
	c.server.sampler.memory.WantAll()
	for file, s := range c.sum(now) {
		gauge(out, descServices, s.services, file)
		counter(out, descLaunched, s.launched, file)
		counter(out, descMessages, s.messages, file)
		counter(out, descCPU, s.cpu, file)
		gauge(out, descQueue, s.queue, file)
		gauge(out, descTasks, s.tasks, file)
		if s.measured > 0 {
			gauge(out, descMemory, s.memory/s.measured*s.services, file)
		}
	}
	for _, status := range statuses {
		gauge(out, descStatus, byStatus[status], string(status))
	}
	gauge(out, descLongest, float64(longest))
	counter(out, descLogs, float64(node.Logs().Total()))
	counter(out, descDead, float64(node.DeadLetters().Total()))
	if crashes := c.server.config.Crashes; crashes != nil {
		total, _ := crashes.Totals()
		counter(out, descCrashes, float64(total))
	}
	gauge(out, descTimers, float64(node.Clock().Waiting()))
	gauge(out, descClock, node.Clock().Elapsed().Seconds())
	gauge(out, descWorkers, float64(node.Config().Workers))
	c.server.mu.Lock()
	pages := len(c.server.pages)
	c.server.mu.Unlock()
	gauge(out, descPages, float64(pages))
	gauge(out, descAge, time.Since(now.At).Seconds())
}

// mostFiles bounds the values of the label service.
const mostFiles = 500

// sum adds up the living and the ended services by file.
func (c *collector) sum(now *look) map[string]*sums {
	all := map[string]*sums{}
	of := func(file string) *sums {
		file = strings.ToValidUTF8(file, "\uFFFD")
		if all[file] == nil && len(all) >= mostFiles {
			file = service.OtherBase
		}
		if all[file] == nil {
			all[file] = &sums{}
		}
		return all[file]
	}
	for file, t := range now.Ended {
		s := of(file)
		s.launched += float64(t.Services)
		s.messages += float64(t.Messages)
		s.cpu += t.CPU.Seconds()
	}
	for i := range now.Rows {
		r := &now.Rows[i]
		s := of(r.Base)
		s.services++
		s.launched++
		s.messages += float64(r.Messages)
		s.cpu += r.CPU.Seconds()
		s.queue += float64(r.Queue)
		s.tasks += float64(r.Tasks)
		if r.Memory >= 0 {
			s.memory += float64(r.Memory)
			s.measured++
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for file, s := range all {
		was := c.grown[file]
		s.grown = grown{max(s.launched, was.launched), max(s.messages, was.messages), max(s.cpu, was.cpu)}
		c.grown[file] = s.grown
	}
	return all
}

func gauge(out chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func counter(out chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
}
