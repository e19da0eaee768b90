package command

import (
	"context"
	"errors"
	"testing"
	"time"

	"lunarium/runtime/service"
)

// A time that would never pass, as in a damaged transcript, ends by a count.
func TestAdvanceIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("runs to its bounds")
	}
	node, _ := startNode(t, `local skynet = require "skynet"
skynet.start(function() skynet.fork(function() while true do skynet.sleep(1) end end) end)`)
	const hours = 99999
	fired, err := node.Clock().Advance(context.Background(), hours*time.Hour)
	if !errors.Is(err, service.ErrManySteps) || fired < 400_000 {
		t.Errorf("%d timers fired: %v", fired, err)
	}
	if _, err := node.Clock().Advance(context.Background(), time.Hour); err != nil {
		t.Error(err)
	}
}
