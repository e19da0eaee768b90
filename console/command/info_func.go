package command

import (
	"context"

	"lunarium/console"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
)

// This file asks a service's info function.

// infoFunc gives what a service's info_func gives; nil when it has none.
func infoFunc(ctx context.Context, o *console.Operator, svc *service.Service, args string) ([]plain.Value, error) {
	payload, err := inspect.Arguments(o.Node(), args)
	if err != nil {
		return nil, err
	}
	results, ok, err := inspect.Info(ctx, o.Client(), svc, payload, o.Shown())
	if err != nil || !ok {
		return nil, err
	}
	return append([]plain.Value{}, results.Values...), nil
}
