// Package service runs Lua services: it is the node, its scheduler, and what a
// service can ask of both.
//
// A Node holds services, names, one clock and a run queue. A Service is one
// vm.State with a mailbox; Config.Workers goroutines take services that have
// something to do from the run queue, and a service runs on at most one of
// them at a time. That worker owns everything of the service except its
// mailbox, its counters and its request list, which are locked or atomic.
//
// A service has a face for each who deals with it, all of them around one core:
//   - Service is what others hold of it; any goroutine may ask it. Tracing is the part of
//     it for who follows its messages.
//   - Self is what it is on its own thread: to Go functions that its Lua code calls (Of),
//     to a Handler, and to what Do runs.
//   - Debugging is Self's for a debugger, Reloading for who exchanges its code.
//   - The unexported methods of core are the node's.
//
// Work happens in tasks. A message, a fork, a time-out and the start function
// each get one; a task that waits gives its worker back and is found again by
// a session number. A time-out has no task before it is due, unless Lua code took
// its handle. Message tasks are pooled, and so are those of time-outs without a
// handle; others are not, because their threads are in Lua's hands.
//
// Order within a service: a message, then the tasks that it woke, then its
// forks, each followed by what it woke; then the next message. A task whose
// slice is used up stays the running task of its service, and nothing else of
// that service runs before it waits or ends. What was asked for by Do does.
//
// Between services: the receiver of a message that a worker's service sent runs
// next on that worker; then come services that had nothing to do, in the order in
// which they got something, and last those that used up their slice. None of
// these waits for more than a bounded number of the others.
//
// A debugger (Debugging.Attach) may stop a task before an instruction. The task
// stands, as one that waits, until it is let go on; the service does other work
// meanwhile unless it is told to hold. Calls of an impatient client wait for
// standing tasks.
//
// What connects the node with the outside, whoever opened it, is registered with
// Node.Endpoints for people to see.
//
// Sleeps and time-outs are counted in ticks of 10 ms from the present one, as in
// skynet: a hundred sleeps of one tick take a hundred ticks. What libraries wait for by
// host.Sleep passes in full.
//
// With the virtual clock there is one worker, slices end by count instead of
// time, and time moves only in Advance and Next, which let the node settle
// between timers: the same inputs give the same outputs.
//
// Whoever waits for an answer gets one: a service that ends, no matter how,
// answers the requests in its mailbox, those being handled and those put off
// with Response.
//
// Glossary:
//   - task: a coroutine of the machine with what the service knows of it; waiter: a task, or
//     a time-out that has none yet, that waits for a session
//   - session: the number by which an answer or a timer finds its waiter
//   - mailbox: the messages that a service was sent and has not taken; inbox: those that it
//     took and has not handled; room: what a full mailbox has none of
//   - slice: the time that a service may run while others wait; poll: the machine's
//     question, about every 50 µs of Lua, whether it is over
//   - fresh, expired: services that had nothing to do, and those that used up their slice
//   - own thread: whatever runs a service now, which has everything of it but its mailbox
//     and its counters to itself
//   - order: a function that somebody outside has a service call on its own thread
//   - request: a message that wants an answer; dead letter: a message that nobody handled
//   - live: what keeps a node from being settled; step: what work costs, counted
//   - outside: what is not on the node: connections, files, other goroutines
//   - trial: code of a service that runs where it changes nothing
//   - worker: a goroutine that runs services; stuck: in a Go function that does not return
//   - stopped: a task that a debugger has stopped
//
// Files, from the ground up:
//   - earliest.go: the first of very many, in order
//   - text.go: texts made fit to be kept and shown: cut short, quoted
//   - names.go: how names and addresses of services are written
//   - node_at_rest.go: tasks that go on when nothing else is to be done
//   - node_liveness.go: the count of what is live on a node
//   - node_step_count.go: what work costs in steps, and how many were taken
//   - records.go: what is kept of the past for people to look at: log lines, dead letters,
//     messages that services have taken
//   - service_traced_types.go: which types of messages a service traces, and what a
//     protocol does about tags
//   - message_ring.go: the ring of a service's latest messages, written without a lock and
//     read by anybody
//   - message_log.go: the file that takes a line for each message of a service
//   - node_launch_spec.go: what a service is launched with
//   - node_totals.go: the sums of what ended services had counted
//   - node_occupants.go: who keeps a node from being empty
//   - node_stopped_tasks.go: how many tasks debuggers have stopped, and the wait for a
//     change
//   - service_open_resources.go: how many things a service has open in the world outside
//   - service_waitlist.go: who waits for room in a mailbox
//   - service_run_state.go: the states of a service, as its scheduler and as people see it
//   - task_kind.go: what tasks are made for, what they wait for, and what people see of
//     them
//   - task_bound.go: how long code may go on that somebody waits for, and how long it has
//   - message_work.go: what a message may have done instead of calling a handler: a Go
//     body
//   - protocol.go: protocols: how a service takes messages of a type
//   - registered.go: what a service's code registers, and what code that is only tried
//     does
//   - version.go: the versions of a service's code
//   - profile_stacks.go: what a profile has measured
//   - profile_objects.go: where the objects were allocated that a profile remembers
//   - service_order.go: an order to a service: a function to be called on its own thread
//
// Then, tasks, services and the node that they run on:
//   - node_spans.go: the spans of a node's latest traces
//   - task.go: a task: a thread of the machine, what it works on, and what it waits for;
//     and what Lua code and a reload hold of one
//   - task_sessions.go: who waits for which session
//   - profile_set.go: profiles, and those that measure one service or all
//   - debugger.go: a debugger of a service, and what it has stopped
//   - node_shuffle.go: the orders in which services run when chance chooses them
//   - node_scheduler.go: the scheduler's queues, and its workers
//   - service.go: a service: its parts, and what it tells anybody of itself
//   - node_registry.go: who has which address and name
//   - node_uniques.go: the services of which a node has one each
//   - clock.go: a node's time, and what people see of its timers
//   - node_service_watch.go: who is told of services that begin, load code, are free of their debugger and end
//   - node_followers.go: who follows the messages of services while they are handled
//   - node_recorder.go: the flight recorder: how many messages each service keeps
//   - node_config.go: how a node is made
//   - node_tracer.go: the tracer of a node: which messages from outside begin a trace
//   - node.go: a node: its parts, and what it tells of itself
//   - node_readings.go: what services read of the world outside
//
// Then, what the node does for all services:
//   - node_names.go: the names of services: given, taken back, listed
//   - node_traffic.go: who sends messages to whom, counted
//   - node_preview.go: how messages are shown on one line
//   - node_steps.go: the bound on what services do before a node comes to rest
//   - node_log.go: the node's log and output, and what services say there
//   - node_dead_letters.go: how messages that nobody handled are kept
//   - node_environment.go: the node's environment
//   - node_workers.go: how services come to workers, and workers to services
//   - node_monitor.go: the monitor, which has others stand in for workers that are stuck
//   - service_mailbox.go: when a mailbox is full
//   - client.go: a client: somebody outside who has an address
//   - node_delivery.go: how messages come to their receivers
//   - node_resend.go: dead letters are sent again
//   - node_settle.go: the wait until nothing happens before the next timer
//   - node_timers.go: pending timers: set, fired, taken back, listed
//
// Then, what a service has, and what it tells of itself:
//   - service_kill.go: how a service is ordered to end, and who hears of ends
//   - service_state.go: what a service is doing, and how much it has done
//   - service_sessions.go: the numbers by which answers and timers find who waits for them
//   - service_payloads.go: lists of values that messages carry, used again
//   - service_protocols.go: the protocols that a service has
//   - service_functions.go: the functions that a service's code registers
//   - service_clock.go: the time as the service's code sees it
//   - service_settings.go: what a service reads back of what it told the node
//   - service_recorder.go: how messages come into a service's ring, and what people are
//     told of them
//   - service_debugger.go: a service's dealings with its debugger
//
// Then, what tasks do:
//   - service_profile.go: what a service does, measured for profiles
//   - task_wait.go: how tasks begin and end to wait
//   - task_span.go: how tasks belong to traces
//   - service_trace.go: how a service's messages are traced, and the tags of its tasks
//   - task_backpressure.go: how the senders to a full mailbox wait for room
//   - task_checked.go task_unchecked.go: poison in tasks that were given back, with the
//     build tag checked
//   - task_pool.go: how tasks are made, numbered, listed and forgotten, and the pool of
//     those that handle messages
//   - task_list.go: what people see of a service's tasks
//   - task_sleep.go: how tasks sleep, and wait for tokens
//   - task_timeout.go: how tasks start others: forks, and time-outs
//   - task_call.go: how tasks send and call
//   - task_reply.go: how tasks answer
//   - task_await.go: how tasks wait for work outside the service, and how that gets in
//   - service_error_text.go: the texts of errors whose values are none
//   - task_crash.go: what is told at once of errors that nobody caught
//   - task_end.go: how tasks end, and what whoever waits for them is told
//   - task_cancel.go: how tasks are ended from outside
//   - task_run.go: how a task runs until it waits, ends, or has used its slice up
//
// Then, how a service runs:
//   - thread_time_linux.go thread_time_other.go: the processor time of a thread
//   - service_dispatch.go: how messages come to tasks
//   - service_memory.go: a service's memory: its bound, what counts, what the service
//     holds
//   - service_finalizers.go: finalizers: what runs them, and the last of them; and a
//     collection that goes on between other things
//   - service_do.go: how a service is given orders, and obeys them
//   - service_host.go: a service as host.Host: its way to the world outside the node
//   - service_message_log.go: how a service's messages come to be logged
//   - service_start.go: how a service starts
//   - service_end.go: how a service ends
//   - service_serve.go: what a service does while a worker has it
//
// Then, how services come, and what is asked of them from outside:
//   - node_launch.go: how services are launched
//   - service_launch.go: how a service launches others
//   - node_relaunch.go: how services that have ended are launched again
//   - node_find.go: what people mean by the words that name services
//   - node_requests.go: the node's own answers, as the launcher
//   - service_holdings.go: what a service holds of its state, by names for people
//   - service_pieces.go: longer work on a service's own thread, done in pieces
//   - service_collect.go: what is asked about a service's memory
//   - service_waiting_messages.go: the messages that wait, listed and taken out
//   - task_questions.go: the questions about a service's tasks
//   - node_profile.go: profiles, begun and ended
//   - task_seek.go: the questions of who follows waits from service to service
//   - service_interrupt.go: the error that people raise in what a service runs
//   - service_run_now.go: code that runs at once, whatever the service is doing
//   - service_trial.go: trials: code of a service that runs where it changes nothing
//   - service_load_tasks.go: the time-outs and forks that files make while they are
//     loaded: who exchanges the files takes them back and sets others
//   - service_versions.go: a service's versions: installed, undone
//   - client_call.go: a client's calls
//   - clock_advance.go: how the virtual clock is moved, and how its timers are cancelled
//
// Then, the node from its beginning to its end:
//   - node_progress.go: whether a node does what it has to do
//   - node_lifecycle.go: how a node begins, and how it stops
//   - node_shutdown.go: how a node is shut down
//
// What calls upwards:
//   - node_at_rest.go to node.go node_scheduler.go service.go service_host.go: what goes on at rest is a service's, which waits for the outside
//   - node_followers.go to node_recorder.go: followers are the recorder's
//   - node_followers.go to service_recorder.go: who follows is told of records as others are
//   - node_followers.go node_recorder.go to node.go: each of them knows its node
//   - task.go node_scheduler.go to service.go: what is a service's, or its scheduler's, knows the service
//   - node_shuffle.go to node_scheduler.go service.go: what is chosen are services, for a worker
//   - profile_set.go to service.go: a profile knows the services that it measures
//   - profile_set.go node_scheduler.go service.go clock.go node_registry.go node_service_watch.go node_tracer.go to node.go: each of them knows its node
//   - node_registry.go node_names.go to client.go: clients have addresses and names, too
//   - node_config.go to task_crash.go: the config names who is told of crashes
//   - node_config.go to service_kill.go: and of ends
//   - service_debugger.go to service_do.go: those who watch the node are told by orders
//   - task_crash.go to service_do.go: who asked for what failed is looked for by orders
//   - node_workers.go to service_serve.go: a worker serves the services that it takes
//   - node_delivery.go to node_requests.go: the node answers what is addressed to it
//   - task_pool.go to service_dispatch.go: what a pooled thread runs
package service
