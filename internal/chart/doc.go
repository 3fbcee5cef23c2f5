// Package chart draws figures as pictures that can be read on a phone, with labels
// in Chinese and in Latin letters, as package font has them: no names of people
// belong here.
package chart
