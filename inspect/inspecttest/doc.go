// Package inspecttest gives tests of inspect and of the packages below it a node with
// one service, whose file they edit and whose state they ask for. Nothing else uses it.
//
// Files, from the ground up:
//   - bench.go: the node, its service, requests and questions
package inspecttest
