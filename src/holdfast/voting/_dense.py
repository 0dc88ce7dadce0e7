def banzhaf(w, q):
    raise NotImplementedError


def shapley_shubik(w, q):
    raise NotImplementedError


def winning_share(w, q):
    raise NotImplementedError
