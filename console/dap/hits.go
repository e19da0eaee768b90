package dap

import (
	"fmt"
	"strconv"
	"strings"

	"lunarium/inspect/debug"
	"lunarium/runtime/visible"
)

// This file reads hit conditions, for which the protocol has no notation.

// parseHits reads when a breakpoint stops: "5" and ">= 5" from the fifth time on, "> 5"
// after it, "% 5" each fifth time; "" is each time.
func parseHits(text string, rule *debug.Rule) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	number := strings.TrimLeft(text, ">=% ")
	operator := strings.TrimSpace(text[:len(text)-len(number)])
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return errHits(text)
	}
	switch operator {
	case "", ">=":
		rule.After = n
	case ">":
		rule.After = n + 1
	case "%":
		rule.Every = n
	default:
		return errHits(text)
	}
	return nil
}

func errHits(text string) error {
	return fmt.Errorf("the hit count %s is not understood; 5 or >= 5 stops from the fifth time on, > 5 after it, %% 5 each fifth time", visible.Quote(text))
}
