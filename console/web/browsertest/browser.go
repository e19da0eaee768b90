// Package browsertest drives a tab of a Chromium without a window in tests of
// pages: the node's own, and those that services serve.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds what a test does in the browser.
const patience = 5 * time.Minute

// chromium is one that the tests of a package share.
type chromium struct {
	programs []string // by their names, the first that is there

	once sync.Once
	ctx  context.Context
	err  error
}

var (
	// light draws pages alone where that program is there, which takes less than half of
	// the processor's time.
	light = chromium{programs: append([]string{"chromium-headless-shell", "chrome-headless-shell"}, ordinary.programs...)}
	// ordinary is the browser that people use, with all that it does unasked.
	ordinary = chromium{programs: []string{"chromium", "chromium-browser", "google-chrome"}}
)

// get starts it for the first who asks.
func (c *chromium) get() (context.Context, error) {
	c.once.Do(func() { c.ctx, c.err = c.start() })
	return c.ctx, c.err
}

// Main runs a package's tests and ends the Chromiums that they shared; it is what
// their TestMain consists of.
func Main(m *testing.M) {
	status := m.Run()
	for _, c := range []*chromium{&light, &ordinary} {
		if c.ctx != nil {
			chromedp.Cancel(c.ctx)
		}
	}
	os.Exit(status)
}

// errNone: there is no Chromium here.
var errNone = errors.New("chromium is not installed")

func (c *chromium) start() (context.Context, error) {
	path := c.executable()
	if path == "" {
		return nil, errNone
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.WindowSize(1280, 860),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
	}
	for _, flag := range []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage",
		"disable-background-timer-throttling", "disable-backgrounding-occluded-windows", "disable-renderer-backgrounding", // tests run side by side
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocated, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocated)
	return ctx, chromedp.Do(ctx)
}

// executable finds the program; "": it is not installed.
func (c *chromium) executable() string {
	for _, name := range c.programs {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Browser is one tab of a Chromium without a window.
type Browser struct {
	*testing.T
	ctx context.Context
}

// New opens a tab that shares no cookies and no storage with others; without Chromium, and
// with -short, the test is skipped. Scripts that fail on the page, and what its security
// policy refuses, fail the test.
func New(t *testing.T) *Browser {
	t.Helper()
	return open(t, &light, chromedp.WithNewBrowserContext())
}

// NewOrdinary is New for a tab of an ordinary browser's own profile. Pages may have it
// connect before they ask for anything, which Chromium does nowhere else.
func NewOrdinary(t *testing.T) *Browser {
	t.Helper()
	return open(t, &ordinary)
}

func open(t *testing.T, c *chromium, options ...chromedp.ContextOption) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	browser, err := c.get()
	if errors.Is(err, errNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(browser, patience)
	ctx, closeTab := chromedp.NewContext(limited, options...)
	t.Cleanup(func() { closeTab(); cancel() })
	b := &Browser{t, ctx}
	err = chromedp.Listen(ctx, func(e any) {
		switch e := e.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("a script failed: %s", failureText(e.ExceptionDetails))
		case *log.EventEntryAdded:
			if strings.Contains(e.Entry.Text, "Content Security Policy") {
				t.Errorf("the browser complains: %s", e.Entry.Text)
			}
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Run does actions, each of which waits for what it needs.
func (b *Browser) Run(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.fail(err)
	}
}

// fail ends the test and says what the page shows.
func (b *Browser) fail(err error) {
	b.Helper()
	body, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	b.Fatalf("%v; the page shows:\n%s", err, body)
}

// Until waits for an expression to be true, also across a reload of the page.
func (b *Browser) Until(expression string) {
	b.Helper()
	poll := chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(2*time.Minute))
	err := chromedp.Do(b.ctx, poll)
	for err != nil && (strings.Contains(err.Error(), "navigated") || strings.Contains(err.Error(), "context with specified id")) {
		err = chromedp.Do(b.ctx, poll)
	}
	if err != nil {
		b.fail(fmt.Errorf("%s: %w", expression, err))
	}
}

// Text waits for an element to contain a text.
func (b *Browser) Text(selector, text string) {
	b.Helper()
	b.Until(`[...document.querySelectorAll(` + strconv.Quote(selector) + `)].some(e => e.textContent.includes(` + strconv.Quote(text) + `))`)
}

// Value gives what an expression is.
func Value[T any](b *Browser, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.fail(err)
	}
	return v
}

// Click clicks an element when it is visible, also one that the page draws anew just then:
// it is found by a number, which names nothing any more when its box is asked for.
func (b *Browser) Click(selector string) {
	b.Helper()
	click := chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
	err := chromedp.Do(b.ctx, click)
	for err != nil && isDrawnAnew(err) {
		err = chromedp.Do(b.ctx, click)
	}
	if err != nil {
		b.fail(fmt.Errorf("%s: %w", selector, err))
	}
}

func isDrawnAnew(err error) bool {
	text := err.Error()
	return strings.Contains(text, "Could not find node with given id") || strings.Contains(text, "Could not compute box model")
}

// Press sends one event of the keyboard.
func (b *Browser) Press(key input.DispatchKeyEventParams) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, key); err != nil {
		b.fail(err)
	}
}

// Phone makes the tab the size of a telephone.
func (b *Browser) Phone() {
	b.Helper()
	b.Run(chromedp.EmulateViewport(390, 800, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch))
}

// Scheme sets the colours that the browser asks for: "light" or "dark".
func (b *Browser) Scheme(name string) {
	b.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		b.fail(err)
	}
}

// Picture writes what the tab shows.
func (b *Browser) Picture(path string) {
	b.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(path, png, 0o644)
	}
	if err != nil {
		b.fail(err)
	}
}

func failureText(e *runtime.ExceptionDetails) string {
	text := fmt.Sprintf("%s at %s:%d", e.Text, e.URL, e.LineNumber+1)
	if e.Exception != nil {
		text += ": " + e.Exception.Description
	}
	return text
}

// Another opens a further tab of the same browser, with its cookies and storage.
func (b *Browser) Another() *Browser {
	b.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx)
	b.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		b.Fatal(err)
	}
	return &Browser{b.T, ctx}
}

// Before has a script run in each page that is opened, before its own.
func (b *Browser) Before(script string) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		b.fail(err)
	}
}
