/** Finds out how a model runs best on the machine at hand, once, and remembers it. */
package io.lynxeye.tuning;
