package supervise

import (
	"fmt"
	"time"
)

// This file holds how services are kept running.

// Strategy says which members of a group begin anew when one has ended.
type Strategy string

// The strategies, as OTP has them: one_for_one, one_for_all, rest_for_one.
const (
	One  Strategy = "one"  // that one
	All  Strategy = "all"  // all, in their order
	Rest Strategy = "rest" // that one and those after it
)

// Rules say how services are kept running.
type Rules struct {
	Strategy Strategy
	Most     int           // ends in Within after which it is given up
	Within   time.Duration // by the node's clock
	Errors   bool          // an error that nobody caught ends the service
	Snapshot bool          // a successor gets the latest snapshot
}

// DefaultRules are those of a supervision that nobody gave others.
var DefaultRules = Rules{Strategy: One, Most: 5, Within: time.Minute}

// MostEnds bounds Rules.Most, and ShortestWithin Rules.Within: in less time ends would never
// be too many.
const (
	MostEnds       = 1000
	ShortestWithin = time.Second
)

// tooMany says what was too many: "more than 5 times in 1m0s".
func (r Rules) tooMany() string {
	if r.Most == 1 {
		return fmt.Sprintf("more than once in %s", r.Within)
	}
	return fmt.Sprintf("more than %d times in %s", r.Most, r.Within)
}

// words gives the rules as an operator types them, for a number of members.
func (r Rules) words(members int) (words []string) {
	words = []string{"on"}
	if members > 1 {
		words = []string{string(r.Strategy)}
	}
	if r.Most != DefaultRules.Most || r.Within != DefaultRules.Within {
		words = append(words, fmt.Sprint(r.Most), "in", r.Within.String())
	}
	if r.Errors {
		words = append(words, "errors")
	}
	if r.Snapshot {
		words = append(words, "with", "snapshot")
	}
	return words
}

// ends are the times of the latest ends.
type ends struct{ at []time.Duration }

// note notes an end and tells whether there were too many.
func (e *ends) note(r Rules, now time.Duration) (tooMany bool) {
	recent := e.at[:0]
	for _, at := range e.at {
		if now-at < r.Within {
			recent = append(recent, at)
		}
	}
	e.at = append(recent, now)
	return len(e.at) > r.Most
}

// LimitError says that a node keeps enough supervisions.
type LimitError struct{ Most int }

func (e *LimitError) Error() string {
	return fmt.Sprintf("there are %d supervisions, as many as a node has", e.Most)
}
