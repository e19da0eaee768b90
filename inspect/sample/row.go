package sample

import (
	"time"

	"lunarium/inspect"
	"lunarium/runtime/service"
)

// This file holds what is known of a service at one time.

// Row is what a sample says of one service.
type Row struct {
	inspect.ServiceRow
	Service *service.Service
	Rate    float64       // messages per second since the sample before
	Load    float64       // of one processor since the sample before
	Memory  int           // bytes; -1: not measured yet
	Wait    time.Duration // of the oldest message in the mailbox; 0: there is none
}
