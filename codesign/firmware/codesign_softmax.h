#ifndef CODESIGN_SOFTMAX_H_
#define CODESIGN_SOFTMAX_H_

#include "ap_fixed.h"
#include "nnet_common.h"

namespace nnet {

// Softmax by two tables that are part of the network: exponentials[max - x] * inverses[sum].
// Both are addressed by the bits of a fixed-point number; all arithmetic between them is exact.
template <class data_T, class res_T, typename CONFIG_T>
void table_softmax(data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                   typename CONFIG_T::exponentials_t exponentials[CONFIG_T::n_exponentials],
                   typename CONFIG_T::inverses_t inverses[CONFIG_T::n_inverses]) {
    #pragma HLS PIPELINE
    #pragma HLS function_instantiate variable=exponentials,inverses

    data_T largest = data[0];
Largest:
    for (unsigned i = 1; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        if (data[i] > largest)
            largest = data[i];
    }

    typename CONFIG_T::exponentials_t terms[CONFIG_T::n_in];
    #pragma HLS ARRAY_PARTITION variable=terms complete
    typename CONFIG_T::sum_t sum = 0;
Exponentials:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        typename CONFIG_T::difference_t difference = largest - data[i];
        ap_uint<CONFIG_T::difference_t::width> address =
            difference.range(CONFIG_T::difference_t::width - 1, 0);
        terms[i] = exponentials[address.to_uint()];
        sum += terms[i];
    }

    typename CONFIG_T::total_t total = sum;
    ap_uint<CONFIG_T::total_t::width> place = total.range(CONFIG_T::total_t::width - 1, 0);
    typename CONFIG_T::inverses_t inverse = inverses[place.to_uint()];
Products:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        res[i] = terms[i] * inverse;
    }
}

} // namespace nnet

#endif
