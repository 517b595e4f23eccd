/** The scoring API: which routes there are. */
package io.lynxeye.http;
