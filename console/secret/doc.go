// Package secret knows which names look secret, and shows texts and values without what
// stands under such names. Who may only look sees them so, and logs of what was done are
// written so.
//
// It goes by names alone: a secret that stands under another name is shown. Names may be
// used from any goroutine.
//
// Glossary: a secret is a name that looks secret, as password or apiToken do; a pattern says
// which names are; what is hidden is written as [Hidden].
//
// Files, from the ground up:
//   - extent.go: how far what a name stands for goes in a text
//   - ways.go: the ways in which texts tell secrets
//   - names.go: which names look secret; texts without them
//   - value.go: values, paths and arguments without secrets
package secret
