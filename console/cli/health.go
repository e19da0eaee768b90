package cli

import (
	"cmp"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lunarium/console/usage"
	"lunarium/runtime/netguard"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file asks from outside whether a node on this machine works.

const (
	// healthPort is where the page is, unless the command says where.
	healthPort = "8080"
	// healthTime is longer than the page lets a node take to show that it works.
	healthTime = 5 * time.Second
	// mostHealth is how much of an answer is read.
	mostHealth = 1 << 10
)

// runHealth is "lunarium health [ADDR]", for those that can't ask the page themselves,
// as in a container that has nothing but this program.
func runHealth(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("health", flag.ContinueOnError)
	if status, ok := readFlags(set, args, std, 0, 1); !ok {
		return status
	}
	if err := askHealth(cmp.Or(set.Arg(0), healthPort)); err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	fmt.Fprintln(std.Out, "ok")
	return usage.ExitOK
}

// askHealth asks the page at an address.
func askHealth(address string) error {
	address, _, err := netguard.Address(address)
	if err != nil {
		return err
	}
	// Nothing is sent that another should not see, and nothing is believed but that it works.
	client := &http.Client{Timeout: healthTime, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Get("http://" + address + "/health")
	if err == nil && response.StatusCode == http.StatusBadRequest { // the page speaks TLS
		response.Body.Close()
		response, err = client.Get("https://" + address + "/health")
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return fmt.Errorf("no page answers at %s: %w", address, failed.Err)
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, mostHealth))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the page at %s says: %s", address, visible.Line(strings.TrimSpace(string(text))))
	}
	return nil
}
