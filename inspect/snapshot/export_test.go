package snapshot

import (
	"context"

	"lunarium/runtime/service"
)

// TakeNow takes a snapshot in one go, as of a service that has no rest.
func TakeNow(ctx context.Context, s *service.Service) (taken *Snapshot, err error) {
	if doing := s.Do(ctx, func(own service.Self) { taken, err = takeNow(s, own, "") }); doing != nil {
		return nil, doing
	}
	taken.finish()
	return taken, err
}
