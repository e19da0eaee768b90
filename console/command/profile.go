package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/render"
	"lunarium/inspect/profile"
	"lunarium/runtime/service"
)

// This file holds the command profile: it measures services, and shows what was measured.

var profileCommands = []*console.Command{
	{Name: "profile", Group: console.Timing, Usage: "SERVICE|all [DURATION] [cpu | wait | alloc] [LINES] [--svg FILE] [--pprof FILE]",
		Help: "Measures for a while, 5 s unless told otherwise, where a service spends its time, and shows the functions that take most: by themselves (self) and with what they call (total), with their hottest lines. " +
			"wait tells at which line tasks wait, for what, and for how long together; alloc which functions and lines allocate memory, whatever becomes of it. " +
			"--svg writes a flame graph, --pprof a profile for \"go tool pprof\". " +
			"all measures all services. Ctrl-C ends it early and shows what there is. " +
			"With the virtual clock it moves the clock, and counts looks instead of time.",
		Examples: []string{"profile CHAT_ROOM_SERVICE", "profile CHAT_ROOM_SERVICE 10s wait", "profile CHAT_ROOM_SERVICE alloc", "profile all 2s 40", "profile CHAT_ROOM_SERVICE --svg chat.svg"},
		Complete: []console.Completer{completeProfile}, Needs: needsOfProfile, Run: runProfile},
}

// needsOfProfile is an operator's role where a file is written.
func needsOfProfile(args string) access.Role {
	if strings.Contains(args, "--") {
		return access.Operator
	}
	return access.Observer
}

// profilePatience is how long one service has to tell what waits in it.
const profilePatience = 200 * time.Millisecond

// profileLook is how often a profile on a terminal says that it goes on.
const profileLook = 200 * time.Millisecond

func runProfile(ctx context.Context, o *console.Operator, args string) error {
	asked, err := readProfile(o, args)
	if err != nil {
		return err
	}
	p, err := measureProfile(ctx, o, &asked)
	if err != nil {
		return err
	}
	// What was measured until Ctrl-C is shown, too.
	if err := showProfile(context.WithoutCancel(ctx), o, &asked, &p); err != nil {
		return err
	}
	return writeProfile(o, &asked, &p)
}

// measureProfile measures, and says meanwhile how far it is.
func measureProfile(ctx context.Context, o *console.Operator, asked *profileArgs) (profile.Profile, error) {
	rounds := o.Rounds()
	defer rounds.End()
	took, end := time.Duration(0), o.Retimed()
	defer func() {
		end(fmt.Sprintf("profile %s %s %s %d", asked.subject(), max(took, service.Tick), asked.kind, asked.lines), took)
	}()
	step := asked.duration
	if rounds.InPlace() && !o.Node().Clock().Virtual() {
		step = min(profileLook, asked.duration)
	}
	pass := func(looks int64) (more bool, err error) {
		if took >= asked.duration {
			return false, nil
		}
		rounds.Show(profileProgress(asked, took, looks), "", "")
		step = min(step, asked.duration-took)
		more, err = o.Pause(ctx, step, asked.duration)
		if more {
			took += step
		}
		return more, err
	}
	whole, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	limited := func() (context.Context, context.CancelFunc) { return o.Within(whole, profilePatience) }
	p, err := profile.Measure(o.Node(), asked.kind, asked.services(), limited, pass)
	took = p.Took
	return p, err
}

func profileProgress(asked *profileArgs, took time.Duration, looks int64) string {
	return fmt.Sprintf("profiling %s: %s of %s, %s; Ctrl-C ends", asked.title(), render.Duration(took), render.Duration(asked.duration),
		render.Plural(int(looks), "sample", "samples"))
}
