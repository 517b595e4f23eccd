/** The request path of every protocol: limiter, decode, batch, result. */
package io.lynxeye.scoring;
