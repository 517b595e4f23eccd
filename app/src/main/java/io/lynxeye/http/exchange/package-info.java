/** One request and its response: state, parameters, ids, errors. */
package io.lynxeye.http.exchange;
