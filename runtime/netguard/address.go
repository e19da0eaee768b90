package netguard

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"lunarium/runtime/visible"
)

// This file is what an address listens to, and which requests a browser was made to send
// by a foreign page.

// ErrPublic: the address can be reached from other machines.
var ErrPublic = errors.New("can be reached from other machines")

// Address completes an address to listen on: a port alone is one of this
// machine. loopback: nobody else can reach it.
func Address(text string) (address string, loopback bool, err error) {
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		text = net.JoinHostPort("127.0.0.1", text)
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", false, fmt.Errorf("%s is no address; want HOST:PORT or PORT", visible.Quote(text))
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", false, fmt.Errorf("%s is no address: the port must be a number from 0 to 65535", visible.Quote(text))
	}
	return net.JoinHostPort(host, port), isLoopback(host), nil
}

func isLoopback(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsLoopback()
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// FromHere tells whether who connected from an address is on this machine, as far as that
// shows.
func FromHere(remote net.Addr) bool {
	tcp, ok := remote.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// OwnHost tells whether a request's Host header names this machine's loopback
// address, or one of the hosts that are allowed beside it. A page whose name was
// made to resolve to 127.0.0.1 (DNS rebinding) has another Host.
func OwnHost(r *http.Request, allowed []string) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return isLoopback(strings.Trim(host, "[]")) || slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, host) })
}
