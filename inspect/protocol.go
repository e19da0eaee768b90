package inspect

import (
	"context"
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file answers which message types a service has.

// ProtocolType gives the message type of a protocol that a service has.
func ProtocolType(ctx context.Context, s *service.Service, name string) (typ message.Type, err error) {
	var failure error
	err = s.Do(ctx, func(own service.Self) {
		if p := own.ProtocolByName(name); p != nil {
			typ = p.ID
			return
		}
		failure = fmt.Errorf("%s %s has no protocol %s; there is %s", visible.Line(s.Name()), s.Address(), visible.Line(name), visible.Lines(own.ProtocolNames()))
	})
	if err == nil {
		err = failure
	}
	return typ, err
}
