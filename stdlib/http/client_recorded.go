package http

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lunarium/runtime/recorded"
)

// This file says how recordings hold what the client asks, and is answered.

// asked tells a call from others, without the password of its URL.
func (c *call) asked() string {
	text := c.method + " " + c.url.Redacted()
	if c.body != "" {
		text += " " + recorded.Brief(c.body)
	}
	return text
}

// recorded gives what a recording holds of an answer. Its URL is there when it is not the call's.
func (c *call) recorded(g *got, err error) recorded.Value {
	if err != nil {
		return nil
	}
	table := recorded.Table{{Key: "status", Value: float64(g.status)}}
	if len(g.header) > 0 {
		var headers recorded.Table
		for _, name := range slices.SortedFunc(maps.Keys(g.header), byLowercase) {
			headers = append(headers, recorded.Field{Key: strings.ToLower(name), Value: joined(g.header[name])})
		}
		table = append(table, recorded.Field{Key: "headers", Value: headers})
	}
	table = append(table, recorded.Field{Key: "body", Value: string(g.body)})
	if g.url.String() != c.url.String() {
		table = append(table, recorded.Field{Key: "url", Value: g.url.Redacted()})
	}
	return table
}

// replayed gives the answer that a recording holds.
func (c *call) replayed(v recorded.Value, err error) (*got, bool) {
	if err != nil {
		return nil, true
	}
	table, ok := v.(recorded.Table)
	g := &got{status: http.StatusOK, url: c.url, header: http.Header{}}
	for _, f := range table {
		switch value := f.Value.(type) {
		case float64:
			g.status, ok = int(value), ok && f.Key == "status"
		case string:
			ok = g.take(f.Key, value) && ok
		case recorded.Table:
			ok = g.takeHeaders(value) && ok && f.Key == "headers"
		default:
			ok = false
		}
	}
	return g, ok
}

func (g *got) take(key recorded.Value, text string) bool {
	switch key {
	case "body":
		g.body = []byte(text)
	case "url":
		u, err := url.Parse(text)
		g.url = u
		return err == nil
	default:
		return false
	}
	return true
}

func (g *got) takeHeaders(table recorded.Table) bool {
	for _, f := range table {
		name, isName := f.Key.(string)
		value, isText := f.Value.(string)
		if !isName || !isText {
			return false
		}
		g.header[name] = []string{value}
	}
	return true
}
