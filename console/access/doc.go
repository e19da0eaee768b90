// Package access says who may do what at the node's consoles: roles, the users of a file
// with their passwords and keys, who is let in, and the log of what was changed.
//
// A Guard lets people in by what they show and gives a Principal for each; whatever a
// session does, it does for a principal. The table of commands says which role a command
// takes. A principal's rights end when the line of the users file changes that gave them.
//
// Passwords are kept as argon2id hashes in the PHC form (RFC 9106), compared in constant
// time, and for a user that is not there as slowly as for one that is. Few are compared at
// a time, as each takes memory, and an address that has guessed wrong too often waits.
//
// The audit log is appended to, a line of JSON at a time, each synchronised before what it
// tells of begins: what can't be written there isn't done.
//
// No goroutine is started. Methods may be called from any goroutine.
//
// Glossary: a role is what somebody may do; a user is who a line of the users file names; a
// credential is what shows who somebody is, a password or a key; a principal is somebody who
// was let in; a guess is a wrong password.
//
// Files, from the ground up:
//   - role.go: roles
//   - password.go: passwords and their hashes
//   - file.go: the users file, read
//   - users.go: the users file, followed
//   - principal.go: who was let in, and what they may do
//   - guesses.go: addresses that guess
//   - audit.go: the log of changes
//   - guard.go: who is let in
package access
