package netguard

import (
	"net/http"
	"testing"
)

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		text, address string
		loopback, ok  bool
	}{
		{"8080", "127.0.0.1:8080", true, true},
		{"0", "127.0.0.1:0", true, true},
		{"127.0.0.1:8080", "127.0.0.1:8080", true, true},
		{"[::1]:80", "[::1]:80", true, true},
		{"localhost:80", "localhost:80", true, true},
		{":8080", ":8080", false, true},
		{"0.0.0.0:80", "0.0.0.0:80", false, true},
		{"10.0.0.1:80", "10.0.0.1:80", false, true},
		{"localhost.example.com:80", "localhost.example.com:80", false, true},
		{"[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:80", true, true},
		{"", "", false, false},
		{"here", "", false, false},
		{"127.0.0.1:http", "", false, false},
		{"127.0.0.1:65536", "", false, false},
	} {
		address, loopback, err := Address(c.text)
		if address != c.address || loopback != c.loopback || (err == nil) != c.ok {
			t.Errorf("Address(%q) = %q, %v, %v", c.text, address, loopback, err)
		}
	}
}

func TestOwnHost(t *testing.T) {
	for host, own := range map[string]bool{
		"127.0.0.1:8080": true, "localhost": true, "LOCALHOST:80": true, "[::1]:8080": true, "node.localhost:1": true,
		"evil.example": false, "127.0.0.1.evil.example:80": false, "": false, "allowed.example:443": true,
	} {
		if OwnHost(&http.Request{Host: host}, []string{"allowed.example"}) != own {
			t.Errorf("OwnHost of %q is not %v", host, own)
		}
	}
}
