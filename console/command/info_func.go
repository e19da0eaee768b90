package command

import (
	"context"
	"strings"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file asks a service's info function, which is code of the service.

// infoOfNode tells whether info has a service alone, which an observer may look at.
func infoOfNode(args string) bool {
	_, rest := console.CutWord(args)
	return strings.TrimSpace(rest) == ""
}

func needsOfInfo(args string) access.Role {
	if infoOfNode(args) {
		return access.Observer
	}
	return access.Operator
}

// askInfo asks the info_func for somebody who may run code, and has that noted; unasked says why
// it was not asked.
func askInfo(ctx context.Context, o *console.Operator, svc *service.Service, args string) (results []plain.Value, unasked string, err error) {
	if !infoOfNode("SERVICE " + args) { // the whole line takes an operator, and is noted
		results, err = infoFunc(ctx, o, svc, args)
		return results, "", err
	}
	if !o.MayOperate() {
		return nil, "info_func was not asked: it is code of the service; ask for the role operator", nil
	}
	asked := false
	err = o.Operate("info_func", "info "+console.Typed(svc), func() error {
		asked = true
		results, err = infoFunc(ctx, o, svc, "")
		return err
	})
	if !asked {
		return nil, worded.Text(err), nil
	}
	return results, "", err
}

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
