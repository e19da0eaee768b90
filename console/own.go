package console

import (
	"context"

	"lunarium/inspect"
	"lunarium/runtime/service"
)

// infoFunc shows what a service's info_func gives; "" when it has none.
func (s *Session) infoFunc(ctx context.Context, svc *service.Service, args string) (string, error) {
	payload, err := inspect.Arguments(s.node, args)
	if err != nil {
		return "", err
	}
	results, ok, err := inspect.Info(ctx, s.client, svc, payload, inspect.DefaultLimits)
	if err != nil || !ok {
		return "", err
	}
	return s.style().Results(results.Values), nil
}
