// Package embedded gives one machine its Postgres and its Redis: child
// processes that nobody has to install a service for, and that end with the
// program, however it ends.
//
// Every child is held by a small shell that reads a pipe whose other end only
// this process has. When the process goes, also by kill -9, the pipe closes
// and the shell stops the child. Data folders are locked twice: by the process
// (somebody else has it: a clear error) and by the child (it is still stopping
// from a process before: wait).
package embedded
