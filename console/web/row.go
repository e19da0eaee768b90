package web

import (
	"lunarium/inspect"
	"lunarium/runtime/service"
)

// This file holds what is known of a service at one time.

// row is what a sample says of one service.
type row struct {
	inspect.ServiceRow
	svc    *service.Service
	rate   float64 // messages per second since the sample before
	load   float64 // of one processor since the sample before
	memory int     // bytes; -1: not measured yet
}
