//go:build !(amd64 || arm64 || loong64 || mips64le || ppc64le || riscv64 || wasm)

package vm

// This file keeps the machine from being built where it can't run.

// The machine finds the upper half of a value's word by its address, and keeps pointers in
// 8 bytes: it runs on little-endian processors of 64 bits. Elsewhere this fails to compile.
const _ = the_machine_needs_a_little_endian_processor_of_64_bits
