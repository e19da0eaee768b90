package console

import (
	"context"

	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
)

// This file asks a service's info function.

// infoFunc gives what a service's info_func gives; nil when it has none.
func (s *Session) infoFunc(ctx context.Context, svc *service.Service, args string) ([]plain.Value, error) {
	payload, err := inspect.Arguments(s.node, args)
	if err != nil {
		return nil, err
	}
	results, ok, err := inspect.Info(ctx, s.client, svc, payload, plain.DefaultLimits)
	if err != nil || !ok {
		return nil, err
	}
	return append([]plain.Value{}, results.Values...), nil
}
