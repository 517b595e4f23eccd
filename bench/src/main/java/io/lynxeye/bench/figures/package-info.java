/** Numbers of a run, what they must be, and the forms they are shown in. */
package io.lynxeye.bench.figures;
