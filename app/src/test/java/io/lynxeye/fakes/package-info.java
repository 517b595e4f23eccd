/** Hand-made stand-ins that the tests of all packages share. */
package io.lynxeye.fakes;
